// Heartbeats on a real node: a broker that stands still with its connections open is told lost, and one that
// hears from a paused run keeps the run's connections.
#include "app/rabbitmq/rabbitmqgateway.h"
#include "tests/live/livechecks.h"
#include "tests/live/rabbitmq/liverun.h"

#include <QSet>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;
using State = ReplayJob::State;

namespace {
constexpr int lossMs = 40000; // two heartbeats are four seconds
}

class TestLiveHeartbeats : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;

    // Slow enough that what follows falls into the middle.
    static LiveRunOptions slow(int heartbeat, qint64 messages) {
        LiveRunOptions made;
        made.messages = messages;
        made.perSecond = 20;
        made.heartbeat = heartbeat;
        return made;
    }
    std::unique_ptr<RabbitMqGateway> opened(int heartbeat) {
        ConnectionProfile profile = profileOf(*node_);
        profile.heartbeatSeconds = heartbeat;
        auto gateway = std::make_unique<RabbitMqGateway>(profile, passwordOf(*node_));
        gateway->open();
        (void)QTest::qWaitFor([&] { return gateway->linkState() == LinkState::Connected; }, patienceMs);
        return gateway;
    }
    // The run's connections as the broker knows them.
    QSet<QString> links() {
        const auto list = node_->ctl(
            {QStringLiteral("list_connections"), QStringLiteral("pid"), QStringLiteral("client_properties")});
        QSet<QString> pids;
        for (const QString& line : list.value_or(QString()).split(QLatin1Char('\n'))) {
            if (line.contains(QLatin1String("live test")))
                pids << line.section(QLatin1Char('\t'), 0, 0);
        }
        return pids;
    }

private Q_SLOTS:
    void initTestCase() {
        node_ = std::make_unique<RabbitNode>(NodeOptions());
        VERIFY_RESULT(node_->start());
    }
    void cleanup() { node_->resume(); }

    void brokerThatStandsStill_isToldLostAndComesBack() {
        constexpr int heartbeat = 2;
        constexpr qint64 messages = 600;
        const auto gateway = opened(heartbeat);
        QCOMPARE(gateway->linkState(), LinkState::Connected);
        QStringList told; // each try to connect again takes the words away
        connect(gateway.get(), &BrokerGateway::linkChanged, this, [&] {
            if (gateway->linkState() == LinkState::Waiting)
                told << gateway->linkDetail();
        });
        LiveRun run(*node_, slow(heartbeat, messages));
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > 0, patienceMs);
        node_->suspend();
        const QString words = QStringLiteral("is dead: no heartbeat came");
        QTRY_VERIFY2_WITH_TIMEOUT(job.waitingFor().contains(words), qPrintable(job.waitingFor()), lossMs);
        QCOMPARE(job.state(), State::Waiting);
        QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), lossMs);
        QVERIFY2(told.front().contains(words), qPrintable(told.front()));
        node_->resume();
        QTRY_COMPARE_WITH_TIMEOUT(gateway->linkState(), LinkState::Connected, patienceMs);
        const qint64 before = job.progress().done;
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > before + 10, patienceMs);
        job.cancel(); // the rest tells nothing more
        QTRY_COMPARE_WITH_TIMEOUT(job.state(), State::Cancelled, patienceMs);
        // What was held comes back; whatever is missing in both queues was lost.
        QTRY_VERIFY_WITH_TIMEOUT(run.countBoth().value_or(-1) >= messages, patienceMs);
        const auto verdict = run.judge();
        VERIFY_RESULT(verdict);
        QVERIFY2(verdict->lost.isEmpty() && verdict->unlisted.isEmpty(), qPrintable(verdict->text()));
    }

    // With the shortest heartbeat that a profile may have, and the product's own waits.
    void pausedRun_keepsItsLinks() {
        constexpr int heartbeat = 5;
        LiveRun run(*node_, slow(heartbeat, 40));
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > 0, patienceMs);
        job.pause();
        QTRY_COMPARE_WITH_TIMEOUT(job.state(), State::Paused, patienceMs);
        const QSet<QString> before = links();
        QCOMPARE(before.size(), 2);               // reads and sends
        QTest::qWait((3 * heartbeat + 1) * 1000); // the broker ends a silent connection after two
        QCOMPARE(links(), before);
        job.resume();
        QTRY_VERIFY_WITH_TIMEOUT(run.isOver(), patienceMs);
        QVERIFY2(job.state() == State::Finished, job.error() ? qPrintable(job.error()->summary) : "");
        const auto record = run.record();
        VERIFY_RESULT(record);
        QCOMPARE(record->sourceOpens, 1);
        const auto verdict = run.judge();
        VERIFY_RESULT(verdict);
        QCOMPARE(verdict->text(), QStringLiteral("0 lost, 0 twice, 0 of them not in doubt; 40 at the "
                                                 "target, 0 in the source, 0 in doubt"));
    }
};

QTEST_GUILESS_MAIN(TestLiveHeartbeats)
#include "tst_liveheartbeats.moc"
