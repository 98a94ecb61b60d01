// A right to write that is withdrawn in the middle or was never there, and an exchange that is missing: what
// was surely not sent is sent later, and only what may have been sent is in doubt.
#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

class TestReplayRights : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withdrawnInTheMiddle_waitsAndGoesOn();
    void missingFromTheStart_doubtsNothing();
    void missingFromTheStart_canBeCancelled();
    void restore_withoutTheRightGoesOnLater();
    void missingExchange_refusesAllOfItAndNothingElse();
};

namespace {

// A replay of `count` messages through the exchange "ex", which leads to the queue "work".
void planThroughExchange(ReplayFixture& f, int count) {
    f.broker.bind("ex", "work", "work");
    f.fill(count);
    std::vector<PlanItem> items;
    for (int i = 1; i <= count; ++i) {
        items.push_back(ReplayFixture::itemFor(numbered(i), i));
        items.back().exchange = "ex";
    }
    f.plan(ReplayFixture::header(RunKind::Replay), items);
}

// Counts how often the publishing link was opened, on the job's thread.
std::shared_ptr<std::atomic<int>> countTries(ReplayFixture& f) {
    auto tries = std::make_shared<std::atomic<int>>(0);
    f.world->script = [tries](const QByteArray& call, int) {
        *tries += call == "openTarget" ? 1 : 0;
        return Trouble::None;
    };
    return tries;
}

} // namespace

void TestReplayRights::withdrawnInTheMiddle_waitsAndGoesOn() {
    ReplayFixture f;
    planThroughExchange(f, 200);
    const auto tries = countTries(f);
    f.broker.confirmsAtOnce = false;
    std::atomic<bool> mayWrite{true};
    f.broker.forbids = [&mayWrite, met = 0](const Outgoing&) mutable {
        if (++met == 50)
            mayWrite = false;
        return !mayWrite;
    };
    const auto job = f.makeJob();
    job->start();
    QTRY_VERIFY2(job->waitingFor().contains(QLatin1String("lacks the \"write\" permission")),
                 qPrintable(job->waitingFor()));
    QTRY_VERIFY(*tries > 2);
    const qint64 doubts = f.count(ItemState::InDoubt);
    QVERIFY(doubts <= f.tuning.window);
    const int before = *tries;
    QTRY_VERIFY(*tries > before + 3);
    QCOMPARE(f.count(ItemState::InDoubt), doubts); // trying again costs nothing
    QCOMPARE(f.broker.sourceOpens(), 1);           // and no delivery
    // It runs for as long as a try lasts, and waits again.
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Waiting));
    mayWrite = true;
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Rejected), 0);
    QCOMPARE(f.count(ItemState::InDoubt), doubts);
    QCOMPARE(f.count(ItemState::Removed), 200 - doubts);
    QCOMPARE(static_cast<qint64>(f.broker.contents("dead").size()), doubts);
    auto work = f.broker.bodies("work");
    auto dead = f.broker.bodies("dead");
    for (int i = 1; i <= 200; ++i) {
        const QByteArray body = "message " + QByteArray::number(i);
        QVERIFY2(work[body] == 1 || dead[body] == 1, body); // nothing is lost
        QVERIFY2(work[body] <= 1, body);                    // nothing is sent twice
    }
    QCOMPARE(f.broker.violations(), QStringList());
}

void TestReplayRights::missingFromTheStart_doubtsNothing() {
    ReplayFixture f;
    planThroughExchange(f, 60);
    const auto tries = countTries(f);
    std::atomic<bool> mayWrite{false};
    f.broker.forbids = [&mayWrite](const Outgoing&) { return !mayWrite; };
    const auto job = f.makeJob();
    job->start();
    QTRY_VERIFY(*tries > 5);
    QTRY_VERIFY2(job->waitingFor().contains(QLatin1String("lacks the \"write\" permission")),
                 qPrintable(job->waitingFor()));
    mayWrite = true;
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Removed), 60);
    QCOMPARE(f.order("work"), [] {
        QStringList all;
        for (int i = 1; i <= 60; ++i)
            all << QString::number(i);
        return all;
    }());
    QCOMPARE(f.broker.sourceOpens(), 1);
}

void TestReplayRights::missingFromTheStart_canBeCancelled() {
    ReplayFixture f;
    planThroughExchange(f, 30);
    const auto tries = countTries(f);
    f.broker.forbids = [](const Outgoing&) { return true; };
    const auto job = f.makeJob();
    job->start();
    QTRY_VERIFY(*tries > 3);
    job->cancel();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Cancelled));
    QCOMPARE(f.count(ItemState::Cancelled), 30);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{30});
    QCOMPARE(f.broker.held("dead"), 0);
}

void TestReplayRights::restore_withoutTheRightGoesOnLater() {
    ReplayFixture f;
    std::vector<PlanItem> items;
    std::vector<Message> messages;
    for (int i = 1; i <= 20; ++i) {
        messages.push_back(numbered(i));
        items.push_back(ReplayFixture::itemFor(messages.back(), i));
    }
    QVERIFY(f.journal->createRun(ReplayFixture::header(RunKind::Restore)).has_value());
    QVERIFY(f.journal->addSavedItems(QStringLiteral("run"), items, messages).has_value());
    const auto tries = countTries(f);
    std::atomic<bool> mayWrite{false};
    f.broker.forbids = [&mayWrite](const Outgoing&) { return !mayWrite; };
    const auto job = f.makeJob();
    job->start();
    QTRY_VERIFY(*tries > 3);
    mayWrite = true;
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Confirmed), 20);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{20});
}

void TestReplayRights::missingExchange_refusesAllOfItAndNothingElse() {
    ReplayFixture f;
    f.fill(60);
    std::vector<PlanItem> items;
    for (int i = 1; i <= 60; ++i) {
        items.push_back(ReplayFixture::itemFor(numbered(i), i));
        if (i % 2 == 0)
            items.back().exchange = "gone";
    }
    f.plan(ReplayFixture::header(RunKind::Replay), items);
    f.broker.missing = {"gone"};
    const auto tries = countTries(f);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed) + f.count(ItemState::InDoubt), 30);
    QCOMPARE(f.count(ItemState::Rejected), 30);
    QCOMPARE(f.journal->item(QStringLiteral("run"), 60)->reason, QStringLiteral("no such exchange"));
    QCOMPARE(*tries, 2); // one message has asked for all
    QCOMPARE(f.broker.contents("work").size(), std::size_t{30});
}

QTEST_GUILESS_MAIN(TestReplayRights)
#include "tst_replayrights.moc"
