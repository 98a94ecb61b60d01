// Replays on a real node, disturbed in the middle: the job waits, goes on by itself, and nothing is lost or
// doubled without being listed.
#include "tests/live/rabbitmq/liverun.h"
#include "tests/support/live/rabbitadmin.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::live;
using State = ReplayJob::State;

#define VERIFY_RESULT(expression) QVERIFY2(worked(expression), qPrintable(problem))

namespace {

QString problem;
constexpr int patienceMs = 120000; // a busy machine with sanitizers, a broker that starts again
constexpr qint64 some = 100;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveReplay : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;

    void queueTypes() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    // Slow enough that what follows falls into the middle.
    static LiveRunOptions slow(const QByteArray& type, double perSecond = 250) {
        LiveRunOptions made;
        made.type = type;
        made.perSecond = perSecond;
        return made;
    }
    // The management API learns of a connection some seconds late.
    void closeAll() {
        RabbitAdmin admin = node_->admin();
        int closed = 0;
        QTRY_VERIFY_WITH_TIMEOUT((closed += admin.closeConnections().value_or(0)) > 0, patienceMs);
    }
    // A channel remembers what it may do until it had nothing to do for a second or more and hibernates.
    void waitUntilChannelsForget() {
        const QString awake = QStringLiteral(
            "length([P || P <- rabbit_channel:list_local(), "
            "erlang:process_info(P, current_function) =/= {current_function, {erlang, hibernate, 3}}]).");
        QString count;
        QTRY_VERIFY2_WITH_TIMEOUT((count = node_->ctl({QStringLiteral("eval"), awake})
                                               .value_or(QStringLiteral("no answer"))
                                               .trimmed()) == QLatin1String("0"),
                                  qPrintable(count), patienceMs);
    }
    void finish(LiveRun& run) {
        QTRY_VERIFY_WITH_TIMEOUT(run.isOver(), patienceMs);
        const QString why = run.job().error() ? run.job().error()->summary : QString();
        QVERIFY2(run.job().state() == State::Finished, qPrintable(why));
        const auto verdict = run.judge();
        VERIFY_RESULT(verdict);
        QVERIFY2(verdict->lost.isEmpty() && verdict->unlisted.isEmpty(), qPrintable(verdict->text()));
        QVERIFY2(verdict->atTarget + verdict->inDoubt >= 600, qPrintable(verdict->text()));
    }

private Q_SLOTS:
    void initTestCase() {
        node_ = std::make_unique<RabbitNode>(NodeOptions());
        VERIFY_RESULT(node_->start());
    }

    void undisturbed_movesEachOnce_data() { queueTypes(); }
    void undisturbed_movesEachOnce() {
        QFETCH(QByteArray, type);
        LiveRunOptions options;
        options.type = type;
        LiveRun run(*node_, options);
        VERIFY_RESULT(run.prepare());
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(run.isOver(), patienceMs);
        QCOMPARE(run.job().state(), State::Finished);
        const auto verdict = run.judge();
        VERIFY_RESULT(verdict);
        QCOMPARE(verdict->text(),
                 QStringLiteral("0 lost, 0 twice, 0 of them not in doubt; 600 at the target, 0 "
                                "in the source, 0 in doubt"));
        QCOMPARE(run.states().value_or(Counts()), (Counts{{ItemState::Removed, 600}}));
    }

    void stream_isCopiedAndKept() {
        LiveRunOptions options;
        options.type = "stream";
        LiveRun run(*node_, options);
        VERIFY_RESULT(run.prepare());
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(run.isOver(), patienceMs);
        QCOMPARE(run.job().state(), State::Finished);
        const auto verdict = run.judge();
        VERIFY_RESULT(verdict);
        QCOMPARE(verdict->atTarget, 600);
        QVERIFY2(verdict->lost.isEmpty() && verdict->twice.isEmpty(), qPrintable(verdict->text()));
        QCOMPARE(run.states().value_or(Counts()), (Counts{{ItemState::Confirmed, 600}}));
        rabbitmq::AmqpSource reader(
            dialOf(*node_),
            {{QStringLiteral("test"), QStringLiteral("/"), QStringLiteral("from")}, 1000, {}});
        VERIFY_RESULT(reader.open());
        qint64 kept = 0;
        QVERIFY(QTest::qWaitFor(
            [&] {
                const auto got = reader.receive(1000, 200);
                kept += got ? static_cast<qint64>(got->size()) : 0;
                return !got || kept >= 600;
            },
            patienceMs));
        QCOMPARE(kept, 600);
    }

    void unroutable_staysWhereItIs_data() { queueTypes(); }
    void unroutable_staysWhereItIs() {
        QFETCH(QByteArray, type);
        LiveRunOptions options;
        options.type = type;
        options.targetQueue = QStringLiteral("nowhere");
        LiveRun run(*node_, options);
        VERIFY_RESULT(run.prepare());
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(run.isOver(), patienceMs);
        QCOMPARE(run.states().value_or(Counts()), (Counts{{ItemState::Returned, 600}}));
        const auto verdict = run.judge();
        VERIFY_RESULT(verdict);
        QCOMPARE(verdict->inSource, 600);
        QCOMPARE(verdict->atTarget, 0);
    }

    void restartInTheMiddle_goesOnByItself_data() { queueTypes(); }
    void restartInTheMiddle_goesOnByItself() {
        QFETCH(QByteArray, type);
        LiveRun run(*node_, slow(type));
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done >= some, patienceMs);
        VERIFY_RESULT(node_->stop());
        QTRY_COMPARE_WITH_TIMEOUT(job.state(), State::Waiting, patienceMs);
        QVERIFY2(job.waitingFor().contains(QLatin1String("Next try at")), qPrintable(job.waitingFor()));
        VERIFY_RESULT(node_->start());
        finish(run);
    }

    void memoryAlarmInTheMiddle_waitsAndSaysWhy_data() { queueTypes(); }
    void memoryAlarmInTheMiddle_waitsAndSaysWhy() {
        QFETCH(QByteArray, type);
        LiveRun run(*node_, slow(type, 40));
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > 0, patienceMs);
        VERIFY_RESULT(node_->setMemoryAlarm(true));
        QTRY_VERIFY_WITH_TIMEOUT(job.state() == State::Waiting || run.isOver(), patienceMs);
        QVERIFY2(!run.isOver(), "it was over before the alarm was there");
        QVERIFY2(job.waitingFor().contains(QLatin1String("takes no messages for now: low on memory")),
                 qPrintable(job.waitingFor()));
        VERIFY_RESULT(node_->setMemoryAlarm(false));
        finish(run);
    }

    void closedByAnAdministratorInTheMiddle_goesOnByItself_data() { queueTypes(); }
    void closedByAnAdministratorInTheMiddle_goesOnByItself() {
        QFETCH(QByteArray, type);
        LiveRun run(*node_, slow(type, 40));
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > 0, patienceMs);
        closeAll();
        QVERIFY2(job.progress().done < 600, "it was over before the connections were closed");
        finish(run);
    }

    // The broker drops what comes back a fourth time; the run stops itself before it asks for that.
    void closedAgainAndAgain_stopsBeforeTheDeliveryLimit() {
        constexpr int limit = 3;
        RabbitAdmin admin = node_->admin();
        const auto allow = [&](int deliveries) {
            return admin.setPolicy(QStringLiteral("/"), QStringLiteral("deliveries"),
                                   QStringLiteral("^from$"),
                                   {{QStringLiteral("delivery-limit"), deliveries}});
        };
        VERIFY_RESULT(allow(limit));
        LiveRunOptions options = slow("quorum", 20);
        options.deliveryLimit = limit;
        LiveRun run(*node_, options);
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        int closed = 0;
        for (qint64 done = 0; !run.isOver() && closed < 2 * limit; ++closed) {
            QTRY_VERIFY_WITH_TIMEOUT(run.isOver() || job.progress().done > done + 2, patienceMs);
            done = job.progress().done;
            if (!run.isOver())
                VERIFY_RESULT(
                    node_->ctl({QStringLiteral("close_all_connections"), QStringLiteral("once more")}));
        }
        QTRY_VERIFY_WITH_TIMEOUT(run.isOver(), patienceMs);
        QCOMPARE(job.state(), State::Failed);
        QVERIFY2(job.error() && job.error()->summary.contains(QLatin1String("3 of the 3 deliveries")),
                 job.error() ? qPrintable(job.error()->summary) : "no error");
        const auto record = run.record();
        VERIFY_RESULT(record);
        QCOMPARE(record->sourceOpens, limit);
        // What was held comes back; whatever is missing in both queues was dropped.
        qint64 there = 0;
        QTRY_VERIFY2_WITH_TIMEOUT((there = run.countBoth().value_or(-1)) >= 600,
                                  qPrintable(QString::number(there)), patienceMs);

        VERIFY_RESULT(allow(limit + 3));
        const auto inForce = [&] {
            const auto queue = admin.queue(QStringLiteral("/"), QStringLiteral("from"));
            return queue ? (*queue)[QStringLiteral("effective_policy_definition")]
                               .toObject()[QStringLiteral("delivery-limit")]
                               .toInt()
                         : -1;
        };
        QTRY_COMPARE_WITH_TIMEOUT(inForce(), limit + 3, patienceMs);
        run.start(limit + 3);
        finish(run);
        VERIFY_RESULT(admin.removePolicy(QStringLiteral("/"), QStringLiteral("deliveries")));
    }

    void rightWithdrawnInTheMiddle_namesItAndGoesOn_data() {
        QTest::addColumn<QString>("exchange");
        QTest::addColumn<QString>("name");
        QTest::newRow("default exchange") << QString() << QStringLiteral("amq.default");
        QTest::newRow("named exchange") << QStringLiteral("guarded-ex") << QStringLiteral("guarded-ex");
    }
    void rightWithdrawnInTheMiddle_namesItAndGoesOn() {
        QFETCH(QString, exchange);
        QFETCH(QString, name);
        RabbitAdmin admin = node_->admin();
        LiveRunOptions options = slow("classic", 100);
        options.exchange = exchange;
        options.user = QStringLiteral("guarded");
        options.password = QStringLiteral("guarded-password");
        options.staysQuiet = true; // each word would wake its channel, which then stays awake for longer
        VERIFY_RESULT(admin.addUser(options.user, options.password, QString()));
        const auto allow = [&](const QString& write) {
            return admin.setPermissions(QStringLiteral("/"), options.user, QStringLiteral(".*"), write,
                                        QStringLiteral(".*"));
        };
        VERIFY_RESULT(allow(QStringLiteral(".*")));
        LiveRun run(*node_, options);
        VERIFY_RESULT(run.prepare());
        ReplayJob& job = run.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > 0, patienceMs);
        job.pause();
        VERIFY_RESULT(allow(QStringLiteral("^$")));
        waitUntilChannelsForget();
        job.resume();
        const QString reason =
            QStringLiteral("the user guarded lacks the \"write\" permission on the exchange %1").arg(name);
        QString said; // each try takes the words away for a moment
        QTRY_VERIFY2_WITH_TIMEOUT((said = job.waitingFor()).contains(reason) || run.isOver(),
                                  qPrintable(said), patienceMs);
        QVERIFY2(!run.isOver(), "it was over before the right was withdrawn");
        const qint64 before = job.progress().inDoubt;
        // Further tries, told by their time, list nothing more.
        for (int i = 0; i < 2; ++i) {
            QString next;
            QTRY_VERIFY_WITH_TIMEOUT((next = job.waitingFor()).contains(reason) && next != said, patienceMs);
            said = next;
        }
        QCOMPARE(job.progress().inDoubt, before);
        QCOMPARE(job.progress().failed, 0);
        VERIFY_RESULT(allow(QStringLiteral(".*")));
        finish(run);
        QCOMPARE(job.progress().inDoubt, before);
        QCOMPARE(job.progress().failed, 0);
    }
};

QTEST_GUILESS_MAIN(TestLiveReplay)
#include "tst_livereplay.moc"
