#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

// What happens to a run when something around it breaks: links, alarms, the journal, a person's patience.
class TestReplayTrouble : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lostTarget_listsDoubtAndSendsTheRestOnce();
    void lostBeforeAnythingWasSent_isStillOnlyDoubt();
    void lostSource_goesOnWithoutDoubles();
    void lostSettles_areCarriedOutWithoutSendingAgain();
    void brokerRestart_waitsAndGoesOn();
    void wrongPasswordLater_waitsUntilItIsRight();
    void wrongPasswordAtFirst_fails();
    void missingQueueAtFirst_fails();
    void blocked_waitsAndGoesOn();
    void longAlarm_givesEverythingBack();
    void pause_stopsAndResumeGoesOn();
    void longPause_givesEverythingBack();
    void cancel_waitsForAnswersAndMarksTheRest();
    void cancel_withoutAnswersIsDoubt();
    void cancel_whileTheBrokerIsGone();
    void destroyed_leavesAResumableRun();
    void journalFull_sendsNothingMore();
    void journalBusy_waitsAndGoesOn();
    void restarted_publishedWithoutAnswerIsDoubt();
    void restarted_confirmedIsRemovedAndNeverSent();
    void restarted_confirmedAndGoneIsDone();
    void restarted_newEqualMessageIsNotTakenForTheOldOne();
    void decided_sendAgainSendsOnce();
    void decided_treatAsSentOnlyRemoves();
    void decided_leaveTouchesNothing();
    void interruptedDelete_removesOnlyWhatItSaved();
};

namespace {

Trouble onNth(const QByteArray& call, const QByteArray& wanted, int& count, int nth, Trouble trouble) {
    return call == wanted && ++count == nth ? trouble : Trouble::None;
}

// From the second message on: until the first is answered no other is sent.
void confirmTheFirstOnly(ReplayFixture& f) {
    f.broker.verdict = [&f, met = 0](const Outgoing&) mutable {
        if (++met == 2)
            f.broker.withholdConfirms = true;
        return std::optional<PublishOutcome::Kind>();
    };
}

qint64 copiesAnywhere(const ReplayFixture& f, const QByteArray& body) {
    auto dead = f.broker.bodies("dead");
    auto work = f.broker.bodies("work");
    return dead[body] + work[body];
}

} // namespace

void TestReplayTrouble::lostTarget_listsDoubtAndSendsTheRestOnce() {
    ReplayFixture f;
    f.fill(50);
    f.planReplay(ReplayFixture::upTo(50));
    int calls = 0;
    f.world->script = [&](const QByteArray& call, int) {
        return onNth(call, "publish", calls, 3, Trouble::LostMidway);
    };
    QCOMPARE(f.runToEnd(), QString());
    const qint64 doubts = f.count(ItemState::InDoubt);
    QVERIFY(doubts > 0);
    QCOMPARE(f.count(ItemState::Removed) + doubts, 50);
    QCOMPARE(static_cast<qint64>(f.broker.contents("dead").size()), doubts); // originals in doubt are kept
    qint64 doubles = 0;
    for (int i = 1; i <= 50; ++i) {
        const qint64 copies = copiesAnywhere(f, "message " + QByteArray::number(i));
        QVERIFY(copies == 1 || copies == 2);
        doubles += copies - 1;
    }
    QVERIFY(doubles > 0 && doubles <= doubts);
    QCOMPARE(f.broker.held("dead"), 0);
}

void TestReplayTrouble::lostBeforeAnythingWasSent_isStillOnlyDoubt() {
    ReplayFixture f;
    f.fill(5);
    f.planReplay(ReplayFixture::upTo(5));
    int calls = 0;
    f.world->script = [&](const QByteArray& call, int) {
        return onNth(call, "publish", calls, 1, Trouble::LostBefore);
    };
    QCOMPARE(f.runToEnd(), QString());
    QVERIFY(f.count(ItemState::InDoubt) > 0);
    for (int i = 1; i <= 5; ++i)
        QCOMPARE(copiesAnywhere(f, "message " + QByteArray::number(i)), 1);
}

void TestReplayTrouble::lostSource_goesOnWithoutDoubles() {
    ReplayFixture f;
    f.fill(60);
    f.planReplay(ReplayFixture::upTo(60));
    int calls = 0;
    f.world->script = [&](const QByteArray& call, int) {
        return call == "receive" && ++calls % 5 == 0 && calls < 40 ? Trouble::LostAfter : Trouble::None;
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 60);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
    QCOMPARE(f.broker.contents("work").size(), std::size_t{60});
    QVERIFY(f.broker.sourceOpens() > 1);
}

void TestReplayTrouble::lostSettles_areCarriedOutWithoutSendingAgain() {
    ReplayFixture f;
    f.broker.ackLossRate = 1;
    f.fill(60);
    f.planReplay(ReplayFixture::upTo(60));
    int calls = 0;
    f.world->script = [&](const QByteArray& call, int) {
        return call == "settle" && ++calls % 3 == 0 ? Trouble::LostAfter : Trouble::None;
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 60);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
    QCOMPARE(f.broker.contents("work").size(), std::size_t{60});
}

void TestReplayTrouble::brokerRestart_waitsAndGoesOn() {
    ReplayFixture f;
    f.fill(200);
    f.planReplay(ReplayFixture::upTo(200));
    std::atomic<bool> down{false};
    f.broker.openError = [&] {
        return down ? Error{ErrorKind::CannotConnect, QStringLiteral("refused"), {}} : Error{};
    };
    f.broker.confirmsAtOnce = false;
    const auto job = f.makeJob();
    std::atomic<bool> restarted{false};
    f.broker.onReceive = [&] {
        if (f.broker.contents("work").size() > 40 && !restarted.exchange(true)) {
            down = true;
            f.broker.breakLinks();
        }
    };
    job->start();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Waiting));
    QVERIFY(job->waitingFor().contains(QStringLiteral("Next try")));
    down = false;
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    const qint64 doubts = f.count(ItemState::InDoubt);
    QCOMPARE(f.count(ItemState::Removed) + doubts, 200);
    QVERIFY(doubts <= f.tuning.window);
    QCOMPARE(static_cast<qint64>(f.broker.contents("dead").size()), doubts);
}

void TestReplayTrouble::wrongPasswordLater_waitsUntilItIsRight() {
    ReplayFixture f;
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    std::atomic<int> refusals{0};
    f.broker.openError = [&] {
        return refusals > 0 && refusals-- > 0
                   ? Error{ErrorKind::NotAuthenticated, QStringLiteral("wrong password"), {}}
                   : Error{};
    };
    std::atomic<bool> done{false};
    f.broker.onReceive = [&] {
        if (f.broker.contents("work").size() > 20 && !done.exchange(true)) {
            refusals = 6;
            f.broker.breakLinks();
        }
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed) + f.count(ItemState::InDoubt), 100);
}

void TestReplayTrouble::wrongPasswordAtFirst_fails() {
    ReplayFixture f;
    f.fill(3);
    f.planReplay(ReplayFixture::upTo(3));
    f.broker.openError = [] {
        return Error{ErrorKind::NotAuthenticated, QStringLiteral("wrong password"), {}};
    };
    const auto job = f.makeJob();
    QCOMPARE(f.runToEnd(*job), QStringLiteral("wrong password"));
    QCOMPARE(runStateWord(f.journal->run(QStringLiteral("run"))->state), QStringLiteral("failed"));
    QCOMPARE(f.count(ItemState::Planned), 3);
}

void TestReplayTrouble::missingQueueAtFirst_fails() {
    ReplayFixture f;
    f.planReplay({1});
    f.broker.openError = [] { return Error{ErrorKind::NotFound, QStringLiteral("no queue dead"), {}}; };
    QCOMPARE(f.runToEnd(), QStringLiteral("no queue dead"));
}

void TestReplayTrouble::blocked_waitsAndGoesOn() {
    ReplayFixture f;
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    std::atomic<bool> once{false};
    f.broker.onReceive = [&] {
        if (f.broker.contents("work").size() > 20 && !once.exchange(true))
            f.broker.setBlocked(true);
    };
    const auto job = f.makeJob();
    job->start();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Waiting));
    QVERIFY(job->waitingFor().contains(QStringLiteral("low on memory")));
    f.broker.setBlocked(false);
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Removed), 100); // nothing of a refused publish is in doubt
    QCOMPARE(f.broker.contents("work").size(), std::size_t{100});
}

void TestReplayTrouble::longAlarm_givesEverythingBack() {
    ReplayFixture f;
    f.tuning.pauseHold = std::chrono::milliseconds(20);
    f.fill(50);
    f.planReplay(ReplayFixture::upTo(50));
    f.broker.setBlocked(true);
    const auto job = f.makeJob();
    job->start();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Waiting));
    QTRY_COMPARE(f.broker.held("dead"), 0);
    f.broker.setBlocked(false);
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Removed), 50);
}

void TestReplayTrouble::pause_stopsAndResumeGoesOn() {
    ReplayFixture f;
    f.fill(300);
    RunHeader header = ReplayFixture::header(RunKind::Replay);
    header.options.ratePerSecond = 400;
    std::vector<PlanItem> items;
    for (int i = 1; i <= 300; ++i)
        items.push_back(ReplayFixture::itemFor(numbered(i), i));
    f.plan(header, items);
    const auto job = f.makeJob();
    job->start();
    QTRY_VERIFY(f.broker.contents("work").size() > 5);
    job->pause();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Paused));
    QCOMPARE(runStateWord(f.journal->run(QStringLiteral("run"))->state), QStringLiteral("paused"));
    QTRY_COMPARE(f.count(ItemState::Published) + f.count(ItemState::Confirmed), 0);
    const std::size_t sent = f.broker.contents("work").size();
    QVERIFY(sent < 300);
    QTest::qWait(50); // a rate of 400 would have sent another 20
    QCOMPARE(f.broker.contents("work").size(), sent);
    job->resume();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Removed), 300);
    QCOMPARE(f.broker.contents("work").size(), std::size_t{300});
}

void TestReplayTrouble::longPause_givesEverythingBack() {
    ReplayFixture f;
    f.tuning.pauseHold = std::chrono::milliseconds(10);
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    const auto job = f.makeJob();
    job->pause();
    job->start();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Paused));
    job->resume();
    QTRY_VERIFY(f.broker.contents("work").size() > 0);
    job->pause();
    QTRY_COMPARE(f.broker.held("dead"), 0);
    job->resume();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QCOMPARE(f.count(ItemState::Removed), 100);
    QCOMPARE(f.broker.contents("work").size(), std::size_t{100});
}

void TestReplayTrouble::cancel_waitsForAnswersAndMarksTheRest() {
    ReplayFixture f;
    confirmTheFirstOnly(f);
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    const auto job = f.makeJob();
    job->start();
    QTRY_COMPARE(f.broker.contents("work").size(), static_cast<std::size_t>(1 + f.tuning.window));
    job->cancel();
    f.broker.withholdConfirms = false;
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Cancelled));
    QCOMPARE(f.count(ItemState::InDoubt), 0);
    QCOMPARE(f.count(ItemState::Removed), 1 + f.tuning.window);
    QCOMPARE(f.count(ItemState::Cancelled), 99 - f.tuning.window);
    QCOMPARE(f.broker.contents("dead").size(), static_cast<std::size_t>(99 - f.tuning.window));
    QCOMPARE(f.broker.held("dead"), 0);
}

void TestReplayTrouble::cancel_withoutAnswersIsDoubt() {
    ReplayFixture f;
    f.tuning.cancelGrace = std::chrono::milliseconds(30);
    confirmTheFirstOnly(f);
    f.fill(30);
    f.planReplay(ReplayFixture::upTo(30));
    const auto job = f.makeJob();
    job->start();
    QTRY_COMPARE(f.broker.contents("work").size(), static_cast<std::size_t>(1 + f.tuning.window));
    job->cancel();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Cancelled));
    QCOMPARE(f.count(ItemState::InDoubt), f.tuning.window);
    QCOMPARE(f.count(ItemState::Cancelled), 29 - f.tuning.window);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{29});
}

void TestReplayTrouble::cancel_whileTheBrokerIsGone() {
    ReplayFixture f;
    f.fill(5);
    f.planReplay(ReplayFixture::upTo(5));
    f.broker.openError = [] { return Error{ErrorKind::CannotConnect, QStringLiteral("refused"), {}}; };
    const auto job = f.makeJob();
    job->start();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Waiting));
    job->cancel();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Cancelled));
    QCOMPARE(f.count(ItemState::Cancelled), 5);
}

void TestReplayTrouble::destroyed_leavesAResumableRun() {
    ReplayFixture f;
    f.fill(200);
    f.planReplay(ReplayFixture::upTo(200));
    {
        const auto job = f.makeJob();
        job->start();
        QTRY_VERIFY(f.broker.contents("work").size() > 10);
    }
    QCOMPARE(f.broker.held("dead"), 0);
    QCOMPARE(f.count(ItemState::InDoubt), 0);
    QCOMPARE(f.count(ItemState::Cancelled), 0);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 200);
    QCOMPARE(f.broker.contents("work").size(), std::size_t{200});
}

void TestReplayTrouble::journalFull_sendsNothingMore() {
    ReplayFixture f;
    f.tuning.journalPatience = std::chrono::milliseconds(0);
    f.tuning.cancelGrace = std::chrono::milliseconds(50);
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    int writes = 0;
    f.world->script = [&](const QByteArray& call, int) {
        if (call == "write" && ++writes == 4)
            f.journal->failure = Error{ErrorKind::Storage, QStringLiteral("the disk is full"), {}};
        return Trouble::None;
    };
    const auto job = f.makeJob();
    QCOMPARE(f.runToEnd(*job), QStringLiteral("the disk is full"));
    f.world->script = {};
    f.journal->failure.reset();
    for (int i = 1; i <= 100; ++i) {
        const QByteArray body = "message " + QByteArray::number(i);
        const auto work = f.broker.bodies("work");
        QVERIFY(copiesAnywhere(f, body) >= 1);
        if (work.contains(body)) // sent: then it was written ahead
            QVERIFY(f.journal->copy(QStringLiteral("run"), i).has_value());
    }
    QCOMPARE(f.broker.held("dead"), 0);
    f.journal->processDied();
    QVERIFY(f.count(ItemState::Published) > 0); // what was answered could not be written down
    QCOMPARE(f.journal->unfinished()->size(), std::size_t{1});
    const std::vector<Fingerprint> first{fingerprintOf(numbered(1))};
    const auto memory = f.journal->memory(ReplayFixture::header(RunKind::Replay).source, first);
    QVERIFY(!memory->claimedBy.empty() || !memory->inDoubt.empty()); // no new plan takes it
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed) + f.count(ItemState::InDoubt), 100);
    QCOMPARE(f.broker.contents("work").size(), std::size_t{100}); // each once
}

void TestReplayTrouble::journalBusy_waitsAndGoesOn() {
    ReplayFixture f;
    f.fill(30);
    f.planReplay(ReplayFixture::upTo(30));
    int writes = 0;
    f.world->script = [&](const QByteArray& call, int) {
        if (call == "write") {
            ++writes;
            f.journal->failure =
                writes == 2 ? std::optional<Error>(Error{ErrorKind::Busy, QStringLiteral("locked"), {}})
                            : std::nullopt;
        }
        return Trouble::None;
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 30);
}

// The states a kill can leave behind, written into the journal by hand.
void TestReplayTrouble::restarted_publishedWithoutAnswerIsDoubt() {
    ReplayFixture f;
    f.fill(3);
    f.planReplay(ReplayFixture::upTo(3));
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{2}, ItemState::Published, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::InDoubt), 1);
    QCOMPARE(f.order("dead"), QStringList{QStringLiteral("2")});
    QCOMPARE(f.order("work"), QStringList({QStringLiteral("1"), QStringLiteral("3")}));
}

void TestReplayTrouble::restarted_confirmedIsRemovedAndNeverSent() {
    ReplayFixture f;
    f.fill(2);
    Message held = numbered(3);
    held.redelivered = true;
    f.broker.put("dead", held);
    f.planReplay(ReplayFixture::upTo(3));
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{3}, ItemState::Confirmed, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 3);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
    QCOMPARE(f.order("work"), QStringList({QStringLiteral("1"), QStringLiteral("2")}));
}

void TestReplayTrouble::restarted_confirmedAndGoneIsDone() {
    ReplayFixture f;
    f.fill(2);
    f.planReplay({1, 2, 3});
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{3}, ItemState::Confirmed, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 3);
    QCOMPARE(f.count(ItemState::Missing), 0);
}

void TestReplayTrouble::restarted_newEqualMessageIsNotTakenForTheOldOne() {
    ReplayFixture f;
    f.fill(1); // never delivered before, so it cannot be the one that was held
    f.planReplay({1});
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{1}, ItemState::Confirmed, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{1});
    QCOMPARE(f.count(ItemState::InDoubt), 1);
}

void TestReplayTrouble::decided_sendAgainSendsOnce() {
    ReplayFixture f;
    f.fill(2);
    f.planReplay({1, 2});
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{1}, ItemState::InDoubt, {}).has_value());
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{1}, ItemState::Planned, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 2);
    QCOMPARE(f.broker.contents("work").size(), std::size_t{2});
}

void TestReplayTrouble::decided_treatAsSentOnlyRemoves() {
    ReplayFixture f;
    Message held = numbered(1);
    held.redelivered = true;
    f.broker.put("dead", held);
    f.planReplay({1});
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{1}, ItemState::Confirmed, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
    QCOMPARE(f.broker.contents("work").size(), std::size_t{0});
}

void TestReplayTrouble::decided_leaveTouchesNothing() {
    ReplayFixture f;
    f.fill(2);
    f.planReplay({1, 2});
    QVERIFY(
        f.journal->mark(QStringLiteral("run"), std::vector<qint64>{1}, ItemState::Cancelled, {}).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.order("dead"), QStringList{QStringLiteral("1")});
    QCOMPARE(f.order("work"), QStringList{QStringLiteral("2")});
}

void TestReplayTrouble::interruptedDelete_removesOnlyWhatItSaved() {
    ReplayFixture f;
    f.fill(40);
    std::vector<PlanItem> items;
    for (int i = 1; i <= 20; ++i)
        items.push_back(ReplayFixture::itemFor(numbered(i), i, ""));
    f.plan(ReplayFixture::header(RunKind::Delete), items);
    int calls = 0;
    f.world->script = [&](const QByteArray& call, int) {
        return call == "settle" && ++calls <= 2 ? Trouble::LostMidway : Trouble::None;
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{20});
    QCOMPARE(f.count(ItemState::Removed), 20);
    for (int i = 1; i <= 20; ++i)
        QVERIFY(f.journal->copy(QStringLiteral("run"), i).has_value());
}

QTEST_GUILESS_MAIN(TestReplayTrouble)
#include "tst_replaytrouble.moc"
