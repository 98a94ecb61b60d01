// The product's publisher against a real node: every message gets the outcome that the queues tell.
#include "app/rabbitmq/amqptarget.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"

#include <QElapsedTimer>
#include <QTest>
#include <map>

using namespace signalbox;
using namespace signalbox::live;
using rabbitmq::AmqpTarget;
using Kind = PublishOutcome::Kind;

#define VERIFY_RESULT(expression) QVERIFY2(worked(expression), qPrintable(problem))

namespace {

QString problem;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

// The messages live here while they are published.
struct Batch {
    std::deque<Message> messages;
    std::vector<Outgoing> out;

    void add(const QByteArray& exchange, const QByteArray& key, const QByteArray& body) {
        messages.push_back(textMessage(body));
        out.push_back({static_cast<qint64>(out.size()), exchange, key, &messages.back()});
    }
};

std::map<qint64, PublishOutcome> collect(AmqpTarget& target, std::size_t expected) {
    std::map<qint64, PublishOutcome> known;
    QElapsedTimer timer;
    timer.start();
    while (known.size() < expected && timer.elapsed() < 20000) {
        auto outcomes = target.outcomes(500);
        if (!worked(outcomes))
            break;
        for (PublishOutcome& outcome : *outcomes)
            known[outcome.item] = std::move(outcome);
    }
    return known;
}

} // namespace

class TestLiveTarget : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<RawAmqp> judge_;

    void openJudge() {
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
    }

private Q_SLOTS:
    void initTestCase() {
        NodeOptions options;
        options.tls = true;
        node_ = std::make_unique<RabbitNode>(options);
        const auto started = node_->start();
        VERIFY_RESULT(started);
        openJudge();
    }

    void confirmed_arrivesByteExact_data() {
        QTest::addColumn<bool>("tls");
        QTest::newRow("plain") << false;
        QTest::newRow("TLS") << true;
    }

    void confirmed_arrivesByteExact() {
        QFETCH(bool, tls);
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("there")));
        AmqpTarget target(dialOf(*node_, tls));
        VERIFY_RESULT(target.open());
        Batch batch;
        for (int i = 0; i < 500; ++i)
            batch.add({}, "there", numbered(i));
        batch.messages[7].properties.headers = HeaderTable{{"u8", {ValueKind::UInt8, std::uint64_t{200}}}};
        batch.messages[8].body = QByteArray(3 << 20, '\x80');
        batch.messages[9].body.clear();
        VERIFY_RESULT(target.publish(batch.out));
        const auto known = collect(target, 500);
        QCOMPARE(known.size(), std::size_t{500});
        for (const auto& [item, outcome] : known)
            QCOMPARE(outcome.kind, Kind::Confirmed);
        const auto there = judge_->drain(QStringLiteral("there"));
        VERIFY_RESULT(there);
        QCOMPARE(there->size(), std::size_t{500});
        for (std::size_t i = 0; i < there->size(); ++i) {
            QVERIFY((*there)[i].body == batch.messages[i].body);
            QVERIFY((*there)[i].properties == batch.messages[i].properties);
        }
    }

    void unroutable_comesBackAndIsTold() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("routed")));
        VERIFY_RESULT(judge_->declareExchange(QStringLiteral("by header"), QStringLiteral("headers")));
        VERIFY_RESULT(
            judge_->bindQueue(QStringLiteral("routed"), QStringLiteral("by header"), {},
                              {{"x-match", HeaderValue::string("all")}, {"go", HeaderValue::string("yes")}}));
        AmqpTarget target(dialOf(*node_));
        VERIFY_RESULT(target.open());
        Batch batch;
        // Equal bodies, keys and exchange: only the headers decide who comes back.
        for (int i = 0; i < 60; ++i) {
            batch.add(i % 3 == 0 ? QByteArray() : QByteArray("by header"), i % 3 == 0 ? "nowhere" : "key",
                      "same");
            if (i % 3 == 1)
                batch.messages.back().properties.headers = HeaderTable{{"go", HeaderValue::string("yes")}};
        }
        VERIFY_RESULT(target.publish(batch.out));
        const auto known = collect(target, 60);
        QCOMPARE(known.size(), std::size_t{60});
        for (const auto& [item, outcome] : known) {
            QCOMPARE(outcome.kind, item % 3 == 1 ? Kind::Confirmed : Kind::Returned);
            if (outcome.kind == Kind::Returned)
                QVERIFY2(outcome.reason.contains(QStringLiteral("NO_ROUTE")), qPrintable(outcome.reason));
        }
        QCOMPARE(judge_->count(QStringLiteral("routed")).value_or(-1), 20);
    }

    void missingExchange_refusesItAndSendsNothingAfterIt() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("before")));
        AmqpTarget target(dialOf(*node_));
        VERIFY_RESULT(target.open());
        Batch batch;
        batch.add({}, "before", "first");
        VERIFY_RESULT(target.publish(batch.out));
        QCOMPARE(collect(target, 1).at(0).kind, Kind::Confirmed);
        Batch bad;
        bad.add("no such exchange", "key", "lost?");
        bad.add({}, "before", "second");
        VERIFY_RESULT(target.publish(bad.out));
        const auto known = collect(target, 2);
        QCOMPARE(known.size(), std::size_t{2});
        QCOMPARE(known.at(0).kind, Kind::Refused);
        QVERIFY2(known.at(0).reason.contains(QStringLiteral("no such exchange")),
                 qPrintable(known.at(0).reason));
        QVERIFY(known.at(0).noExchange);
        QCOMPARE(known.at(1).kind, Kind::NotSent);
        QCOMPARE(target.outcomes(0).error().kind, ErrorKind::Lost);
        QCOMPARE(judge_->count(QStringLiteral("before")).value_or(-1), 1);
        VERIFY_RESULT(target.open());
        VERIFY_RESULT(target.publish(batch.out));
        QCOMPARE(collect(target, 1).at(0).kind, Kind::Confirmed);
    }

    void foreignUserId_isRefused() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("mine")));
        AmqpTarget target(dialOf(*node_));
        VERIFY_RESULT(target.open());
        Batch batch;
        batch.add({}, "mine", "as somebody else");
        batch.messages.back().properties.userId = "somebody";
        VERIFY_RESULT(target.publish(batch.out));
        const auto known = collect(target, 1);
        QCOMPARE(known.at(0).kind, Kind::Refused);
        QVERIFY2(known.at(0).reason.contains(QStringLiteral("user_id")), qPrintable(known.at(0).reason));
        QCOMPARE(judge_->count(QStringLiteral("mine")).value_or(-1), 0);
    }

    void missingWriteRight_isNamed() {
        RabbitAdmin admin = node_->admin();
        VERIFY_RESULT(admin.addUser(QStringLiteral("reader"), QStringLiteral("r"), {}));
        VERIFY_RESULT(admin.setPermissions(QStringLiteral("/"), QStringLiteral("reader"),
                                           QStringLiteral("^$"), QStringLiteral("^$"), QStringLiteral(".*")));
        VERIFY_RESULT(judge_->declareExchange(QStringLiteral("guarded"), QStringLiteral("fanout")));
        rabbitmq::Dial dial = dialOf(*node_);
        dial.profile.user = QStringLiteral("reader");
        dial.password = Secret("r");
        AmqpTarget target(dial);
        VERIFY_RESULT(target.open());
        Batch batch;
        batch.add("guarded", "key", "x");
        VERIFY_RESULT(target.publish(batch.out));
        const auto known = collect(target, 1);
        QCOMPARE(known.at(0).kind, Kind::NotSent); // the right may be given yet
        QVERIFY2(known.at(0).reason.contains(QStringLiteral("guarded")), qPrintable(known.at(0).reason));
        const auto ended = target.outcomes(0);
        QVERIFY(!ended);
        QCOMPARE(ended.error().kind, ErrorKind::Lost);
        QVERIFY2(ended.error().summary.contains(
                     QLatin1String("the user reader lacks the \"write\" permission on the exchange guarded")),
                 qPrintable(ended.error().summary));
        // What is published before anybody asks again was surely not sent either.
        QVERIFY(!target.publish(batch.out));
        QCOMPARE(collect(target, 1).at(0).kind, Kind::NotSent);
    }

    void fullQueue_isRefused() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("full"),
                                           {{"x-max-length", HeaderValue::int64(5)},
                                            {"x-overflow", HeaderValue::string("reject-publish")}}));
        AmqpTarget target(dialOf(*node_));
        VERIFY_RESULT(target.open());
        Batch batch;
        for (int i = 0; i < 8; ++i)
            batch.add({}, "full", numbered(i));
        VERIFY_RESULT(target.publish(batch.out));
        const auto known = collect(target, 8);
        QCOMPARE(known.size(), std::size_t{8});
        const auto confirmed = std::count_if(
            known.begin(), known.end(), [](const auto& each) { return each.second.kind == Kind::Confirmed; });
        QCOMPARE(static_cast<qint64>(confirmed), judge_->count(QStringLiteral("full")).value_or(-1));
        QVERIFY(confirmed < 8);
    }

    void memoryAlarm_blocksAndEnds() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("alarm")));
        AmqpTarget target(dialOf(*node_));
        VERIFY_RESULT(target.open());
        VERIFY_RESULT(node_->setMemoryAlarm(true));
        Batch batch;
        batch.add({}, "alarm", "one");
        // The broker tells a connection of the alarm when it first publishes; that message waits inside.
        VERIFY_RESULT(target.publish(batch.out));
        QElapsedTimer timer;
        timer.start();
        while (!target.blocked() && timer.elapsed() < 10000)
            VERIFY_RESULT(target.outcomes(100));
        QVERIFY(target.blocked());
        QVERIFY2(target.blockedReason().contains(QStringLiteral("memory")),
                 qPrintable(target.blockedReason()));
        Batch second;
        second.add({}, "alarm", "two");
        const auto refused = target.publish(second.out);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Blocked);
        VERIFY_RESULT(node_->setMemoryAlarm(false));
        QCOMPARE(collect(target, 1).at(0).kind, Kind::Confirmed);
        QVERIFY(!target.blocked());
        VERIFY_RESULT(target.publish(second.out));
        QCOMPARE(collect(target, 1).at(0).kind, Kind::Confirmed);
        QCOMPARE(judge_->count(QStringLiteral("alarm")).value_or(-1), 2);
    }

    void killedNode_isALostLink() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("after")));
        AmqpTarget target(dialOf(*node_));
        VERIFY_RESULT(target.open());
        judge_.reset();
        node_->kill();
        Result<std::vector<PublishOutcome>> outcomes;
        for (int i = 0; outcomes && i < 100; ++i)
            outcomes = target.outcomes(100);
        QVERIFY(!outcomes);
        QCOMPARE(outcomes.error().kind, ErrorKind::Lost);
        QCOMPARE(target.open().error().kind, ErrorKind::CannotConnect);
        VERIFY_RESULT(node_->start());
        openJudge();
        // A node that dies within seconds of a declaration may have lost it: its log is written late.
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("after")));
        VERIFY_RESULT(target.open());
        Batch batch;
        batch.add({}, "after", "again");
        VERIFY_RESULT(target.publish(batch.out));
        QCOMPARE(collect(target, 1).at(0).kind, Kind::Confirmed);
    }
};

QTEST_GUILESS_MAIN(TestLiveTarget)
#include "tst_livetarget.moc"
