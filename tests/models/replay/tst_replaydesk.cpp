#include "models/messaging/messagecodec.h"
#include "tests/models/replay/deskscene.h"

#include <QTemporaryDir>
#include <numeric>

using namespace signalbox;

class TestReplayDesk : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plan_writesNothing();
    void accept_writesRunItemsAndAudit();
    void accept_refusesWhatAnotherRunClaims();
    void accept_withNothingToSendIsRefused();
    void plan_passesOnTheReadersError();
    void plan_keepsToTheDeliveryLimit();
    void start_keepsToTheDeliveryLimit();
    void start_runsAndAuditsBothEnds();
    void start_withForeignPermitIsNotAllowed();
    void start_withExpiredPermitIsNotAllowed();
    void start_twiceIsAConflict();
    void purge_needsTheTypedName();
    void purge_refusesStreams();
    void purge_savesAndRemovesAll();
    void restore_bringsBackWhatWasRemoved();
    void restore_refusesWhatIsStillThere();
    void import_readsAFileAndSaysWhichLineIsWrong();
    void unfinished_listsUnansweredAsInDoubt();
    void unfinished_takesUpAFailedRun();
    void accept_refusesWhatIsInDoubtMeanwhile();
    void acceptRestore_withoutAuditHoldsNoCopies();
    void acceptRestore_goesOnBehindWhatWasRestoredBefore();
    void decide_ofAnEndedRunIsOfferedUntilCarriedOut();
    void decide_recordsAndStartCarriesOut();
    void decide_refusesWhatIsNotInDoubt();
    void abandon_cancelsTheRest();
    void destroyed_leavesRunsResumable();
};

void TestReplayDesk::plan_writesNothing() {
    Desk d;
    const auto plan = waitFor(d.desk->plan(d.request(ReplayFixture::upTo(25))));
    QCOMPARE(plan->sendable, 25);
    QCOMPARE(d.f.journal->runs({}, 10)->size(), std::size_t{0});
    QVERIFY(d.audit.events.empty());
}

void TestReplayDesk::accept_writesRunItemsAndAudit() {
    Desk d;
    const QString id = d.accepted(ReplayFixture::upTo(25));
    const RunRecord run = *d.f.journal->run(id);
    QCOMPARE(run.header.actor, QStringLiteral("ann@desk"));
    QCOMPARE(run.header.reason, QStringLiteral("ticket 7"));
    QCOMPARE(run.header.createdAt, d.clock.now());
    QCOMPARE(run.header.destination, QStringLiteral("to queue work"));
    QCOMPARE(run.counts.at(ItemState::Planned), 25);
    QCOMPARE(d.audit.events.size(), std::size_t{1});
    QCOMPARE(d.audit.events.front().action, QStringLiteral("replay.plan"));
    QVERIFY(d.audit.events.front().detail.contains(QStringLiteral("\"sendable\":25")));
}

void TestReplayDesk::accept_refusesWhatAnotherRunClaims() {
    Desk d;
    const auto early = waitFor(d.desk->plan(d.request({1, 2, 3})));
    QVERIFY(!d.accepted({2}).isEmpty());
    const auto run = waitFor(d.desk->accept(d.request({}), std::make_shared<const ReplayPlan>(*early)));
    QCOMPARE(d.f.journal->run(*run)->counts.at(ItemState::Planned), 2);
    QCOMPARE(d.f.journal->run(*run)->counts.at(ItemState::Refused), 1);
    const auto again = waitFor(d.desk->plan(d.request({1})));
    QCOMPARE(refusalWord(again->items.front().refusal), QStringLiteral("claimed-by-open-run"));
}

void TestReplayDesk::accept_withNothingToSendIsRefused() {
    Desk d;
    const auto run = waitFor(d.desk->accept(d.request({}), std::make_shared<const ReplayPlan>(ReplayPlan())));
    QCOMPARE(errorWord(run.error().kind), QStringLiteral("invalid"));
    QCOMPARE(d.f.journal->runs({}, 10)->size(), std::size_t{0});
}

void TestReplayDesk::plan_passesOnTheReadersError() {
    Desk d;
    PlanRequest request = d.request({});
    request.next = []() -> Result<std::vector<PlanInput>> {
        return failure(ErrorKind::Corrupt, QStringLiteral("the snapshot is damaged"));
    };
    QCOMPARE(waitFor(d.desk->plan(request)).error().summary, QStringLiteral("the snapshot is damaged"));
}

// What a run does not take it gives back, and that counts as a delivery.
void TestReplayDesk::plan_keepsToTheDeliveryLimit() {
    Desk d;
    const QDateTime readAt = d.clock.now().addSecs(-60);
    const auto planned = [&](int limit, int used) {
        PlanRequest request = d.request({7, 8});
        request.deliveryLimit = limit;
        request.usedDeliveries = [used] { return used; };
        request.readAt = readAt;
        return waitFor(d.desk->plan(std::move(request)));
    };
    QVERIFY(planned(3, 2).has_value());
    QVERIFY(planned(3, -1).has_value());
    QVERIFY(planned(-1, 7).has_value());
    const auto spent = planned(3, 3);
    QCOMPARE(errorWord(spent.error().kind), QStringLiteral("not-allowed"));
    QVERIFY2(spent.error().summary.contains(QLatin1String("used up their 3 deliveries")),
             qPrintable(spent.error().summary));
    // A run since the reading counts.
    const QString run = d.accepted({1});
    QVERIFY(planned(3, 2).has_value()); // not begun
    QVERIFY(d.runToEnd(run).has_value());
    QVERIFY(!planned(3, 2).has_value());
    QVERIFY(planned(4, 2).has_value());
    // Not runs are counted but how often they opened the queue.
    QVERIFY(d.f.journal->noteSourceOpen(run) && d.f.journal->run(run)->sourceOpens == 2);
    QVERIFY(!planned(4, 2).has_value());
    QVERIFY(planned(5, 2).has_value());
}

// What was used is written down with the run, and the limit counts that is given when it is started.
void TestReplayDesk::start_keepsToTheDeliveryLimit() {
    Desk d;
    d.f.fill(9);
    const auto accepted = [&](int number, int limit, int used) {
        PlanRequest request = d.request({number});
        request.deliveryLimit = limit;
        request.usedDeliveries = [used] { return used; };
        request.readAt = d.clock.now().addSecs(-60);
        auto plan = waitFor(d.desk->plan(request));
        auto run = waitFor(d.desk->accept(request, std::make_shared<const ReplayPlan>(*plan)));
        return run ? *run : QString();
    };
    const QString spent = accepted(5, 2, 1);
    const RunHeader header = d.f.journal->run(spent)->header;
    QVERIFY(header.deliveryLimit == 2 && header.deliveriesBefore == 1);
    const QString later = accepted(6, -1, 1);
    QVERIFY(d.runToEnd(later).has_value()); // uses up what was left
    const auto refused = d.runToEnd(spent);
    QVERIFY(refused && refused->state == RunState::Failed);
    QVERIFY2(refused->endReason.contains(QLatin1String("2 of the 2 deliveries")),
             qPrintable(refused->endReason));
    QCOMPARE(d.f.broker.sourceOpens(), 1);
    const auto raised = d.runToEnd(spent, 3);
    QVERIFY(raised && raised->state == RunState::Finished);
    QCOMPARE(d.f.journal->run(accepted(7, 9, 1))->header.deliveriesBefore, 3);
}

void TestReplayDesk::start_runsAndAuditsBothEnds() {
    Desk d;
    d.f.fill(25);
    const auto record = d.runToEnd(d.accepted(ReplayFixture::upTo(25)));
    QCOMPARE(runStateWord(record->state), QStringLiteral("finished"));
    QCOMPARE(record->counts.at(ItemState::Removed), 25);
    QCOMPARE(d.audit.lines(),
             QStringList({QStringLiteral("replay.plan main ok"), QStringLiteral("replay.start main ok"),
                          QStringLiteral("replay.end main ok")}));
    QVERIFY(d.audit.events.back().detail.contains(QStringLiteral("\"removed\":25")));
    QCOMPARE(d.desk->jobs().size(), std::size_t{0});
    QVERIFY(!d.desk->job(record->header.id));
}

void TestReplayDesk::start_withForeignPermitIsNotAllowed() {
    Desk d;
    const QString run = d.accepted({1});
    const auto job = d.desk->start(run, TestPermit::make(QStringLiteral("c2")), d.gateway);
    QCOMPARE(errorWord(job.error().kind), QStringLiteral("not-allowed"));
}

void TestReplayDesk::start_withExpiredPermitIsNotAllowed() {
    Desk d;
    const QString run = d.accepted({1});
    const WritePermit permit = TestPermit::make(connection, d.clock.now().addSecs(60));
    d.clock.advanceSeconds(61);
    const auto job = d.desk->start(run, permit, d.gateway);
    QCOMPARE(errorWord(job.error().kind), QStringLiteral("not-allowed"));
}

void TestReplayDesk::start_twiceIsAConflict() {
    Desk d;
    d.f.fill(5);
    const QString run = d.accepted({1, 2});
    d.f.broker.withholdConfirms = true;
    QVERIFY(d.desk->start(run, TestPermit::make(connection), d.gateway).has_value());
    QCOMPARE(d.desk->jobs().size(), std::size_t{1});
    const auto again = d.desk->start(run, TestPermit::make(connection), d.gateway);
    QCOMPARE(errorWord(again.error().kind), QStringLiteral("conflict"));
    QSignalSpy ended(d.desk.get(), &ReplayDesk::runEnded);
    d.f.broker.withholdConfirms = false;
    QTRY_COMPARE(ended.count(), 1);
}

void TestReplayDesk::purge_needsTheTypedName() {
    Desk d;
    d.f.fill(3);
    QueueInfo queue;
    queue.ref = deadQueue();
    const auto job = d.desk->startPurge(queue, QStringLiteral("main"), QStringLiteral("Dead"), {},
                                        TestPermit::make(connection), d.gateway);
    QCOMPARE(errorWord(job.error().kind), QStringLiteral("invalid"));
    QCOMPARE(d.f.broker.contents("dead").size(), std::size_t{3});
}

void TestReplayDesk::purge_refusesStreams() {
    Desk d;
    QueueInfo queue;
    queue.ref = deadQueue();
    queue.type = QueueType::Stream;
    const auto job = d.desk->startPurge(queue, QStringLiteral("main"), QStringLiteral("dead"), {},
                                        TestPermit::make(connection), d.gateway);
    QCOMPARE(errorWord(job.error().kind), QStringLiteral("unsupported"));
}

void TestReplayDesk::purge_savesAndRemovesAll() {
    Desk d;
    d.f.fill(40);
    QueueInfo queue;
    queue.ref = deadQueue();
    queue.ready = 40;
    QSignalSpy ended(d.desk.get(), &ReplayDesk::runEnded);
    const auto job = d.desk->startPurge(queue, QStringLiteral("main"), QStringLiteral("dead"),
                                        QStringLiteral("test data"), TestPermit::make(connection), d.gateway);
    QVERIFY(job.has_value());
    QTRY_COMPARE(ended.count(), 1);
    const RunRecord run = d.f.journal->runs({}, 1)->front();
    QCOMPARE(run.counts.at(ItemState::Removed), 40);
    QCOMPARE(d.audit.lines(),
             QStringList({QStringLiteral("purge.start main ok"), QStringLiteral("purge.end main ok")}));
    QCOMPARE(d.audit.events.front().reason, QStringLiteral("test data"));
    QCOMPARE(d.f.broker.contents("dead").size(), std::size_t{0});
}

void TestReplayDesk::restore_bringsBackWhatWasRemoved() {
    Desk d;
    d.f.fill(10);
    PlanRequest request = d.request({1, 2, 3});
    request.kind = RunKind::Delete;
    const auto plan = waitFor(d.desk->plan(request));
    const QString deletion = *waitFor(d.desk->accept(request, std::make_shared<const ReplayPlan>(*plan)));
    QCOMPARE(d.runToEnd(deletion)->counts.at(ItemState::Removed), 3);
    QCOMPARE(d.f.broker.contents("dead").size(), std::size_t{7});
    const auto restore = waitFor(d.desk->acceptRestore(deletion, {}));
    QVERIFY2(restore.has_value(), restore ? "" : qPrintable(restore.error().summary));
    const auto record = d.runToEnd(*restore);
    QCOMPARE(record->header.parentRun, deletion);
    QCOMPARE(record->counts.at(ItemState::Confirmed), 3);
    QCOMPARE(d.f.broker.bodies("dead").size(), std::size_t{10});
}

void TestReplayDesk::restore_refusesWhatIsStillThere() {
    Desk d;
    d.f.fill(2);
    const QString run = d.accepted({1, 2});
    QVERIFY(d.f.journal->mark(run, std::vector<qint64>{2}, ItemState::InDoubt, {}).has_value());
    QVERIFY(d.runToEnd(run).has_value());
    QCOMPARE(errorWord(waitFor(d.desk->acceptRestore(run, {2})).error().kind), QStringLiteral("not-found"));
    const auto all = waitFor(d.desk->acceptRestore(run, {}));
    QCOMPARE(d.f.journal->run(*all)->counts.at(ItemState::Saved), 1);
}

void TestReplayDesk::import_readsAFileAndSaysWhichLineIsWrong() {
    Desk d;
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("messages.jsonl"));
    const auto write = [&](const QByteArray& bytes) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    };
    write(toJsonLine(numbered(1)) + "\n\n" + toJsonLine(numbered(2)) + "\nnonsense\n");
    const auto wrong = waitFor(d.desk->acceptImport(deadQueue(), QStringLiteral("main"), path));
    QVERIFY(!wrong.has_value());
    QVERIFY2(wrong.error().summary.contains(QStringLiteral("Line 4")), qPrintable(wrong.error().summary));
    QCOMPARE(d.f.journal->runs({}, 10)->size(), std::size_t{0});
    write(toJsonLine(numbered(1)) + "\n" + toJsonLine(numbered(2)));
    const auto run = waitFor(d.desk->acceptImport(deadQueue(), QStringLiteral("main"), path));
    QCOMPARE(d.runToEnd(*run)->counts.at(ItemState::Confirmed), 2);
    QCOMPARE(d.f.broker.bodies("dead"), (std::map<QByteArray, int>{{"message 1", 1}, {"message 2", 1}}));
    QVERIFY(!waitFor(
        d.desk->acceptImport(deadQueue(), QStringLiteral("main"), folder.filePath(QStringLiteral("no")))));
}

void TestReplayDesk::unfinished_listsUnansweredAsInDoubt() {
    Desk d;
    const QString run = d.accepted({1, 2, 3});
    QVERIFY(d.f.journal->setRunState(run, RunState::Running, {}).has_value());
    QVERIFY(d.f.journal->mark(run, std::vector<qint64>{1, 3}, ItemState::Published, {}).has_value());
    const auto open = waitFor(d.desk->unfinished());
    QCOMPARE(open->size(), std::size_t{1});
    QCOMPARE(open->front().counts.at(ItemState::InDoubt), 2);
    QCOMPARE(open->front().counts.at(ItemState::Planned), 1);
}

void TestReplayDesk::unfinished_takesUpAFailedRun() {
    Desk d;
    const QString run = d.accepted({1, 2, 3});
    QVERIFY(d.f.journal->mark(run, std::vector<qint64>{1, 3}, ItemState::Published, {}).has_value());
    QVERIFY(d.f.journal->setRunState(run, RunState::Failed, QStringLiteral("disk full")).has_value());
    const auto open = waitFor(d.desk->unfinished());
    QCOMPARE(open->size(), std::size_t{1});
    QCOMPARE(open->front().counts.at(ItemState::InDoubt), 2);
    const auto plan = waitFor(d.desk->plan(d.request({1, 2})));
    QCOMPARE(refusalWord(plan->items[0].refusal), QStringLiteral("in-doubt"));
    QCOMPARE(plan->sendable, 1);
    QCOMPARE(waitFor(d.desk->unfinished())->size(), std::size_t{1}); // until somebody decides
}

void TestReplayDesk::accept_refusesWhatIsInDoubtMeanwhile() {
    Desk d;
    const auto plan = waitFor(d.desk->plan(d.request({1, 2})));
    const QString other = d.accepted({1});
    QVERIFY(d.f.journal->mark(other, std::vector<qint64>{1}, ItemState::InDoubt, {}).has_value());
    QVERIFY(d.f.journal->setRunState(other, RunState::Finished, {}).has_value());
    const auto run = waitFor(d.desk->accept(d.request({}), std::make_shared<const ReplayPlan>(*plan)));
    const auto items = d.f.journal->items(*run, std::nullopt, 0, 10);
    QCOMPARE(refusalWord(items->at(0).plan.refusal), QStringLiteral("in-doubt"));
    QCOMPARE(refusalWord(items->at(1).plan.refusal), QStringLiteral("none"));
}

void TestReplayDesk::acceptRestore_withoutAuditHoldsNoCopies() {
    Desk d;
    d.f.fill(2);
    const QString run = d.accepted({1, 2});
    QVERIFY(d.runToEnd(run).has_value());
    d.audit.failure = Error{ErrorKind::Storage, QStringLiteral("the disk is full"), {}};
    QVERIFY(!waitFor(d.desk->acceptRestore(run, {})).has_value());
    QCOMPARE(runStateWord(d.f.journal->runs({}, 1)->front().state), QStringLiteral("cancelled"));
}

// An earlier restore was cut off: its part of a large run must not hide the rest.
void TestReplayDesk::acceptRestore_goesOnBehindWhatWasRestoredBefore() {
    constexpr int count = 1500;
    Desk d;
    d.f.fill(count);
    std::vector<int> all(count);
    std::iota(all.begin(), all.end(), 1);
    const QString run = d.accepted(all);
    QCOMPARE(d.runToEnd(run)->counts.at(ItemState::Removed), count);
    std::vector<qint64> first(1000);
    std::iota(first.begin(), first.end(), 1);
    QVERIFY(waitFor(d.desk->acceptRestore(run, first)).has_value());
    const auto rest = waitFor(d.desk->acceptRestore(run, {}));
    QVERIFY2(rest.has_value(), rest ? "" : qPrintable(rest.error().summary));
    QCOMPARE(d.f.journal->run(*rest)->counts.at(ItemState::Saved), count - 1000);
    QCOMPARE(errorWord(waitFor(d.desk->acceptRestore(run, {})).error().kind), QStringLiteral("conflict"));
}

void TestReplayDesk::decide_ofAnEndedRunIsOfferedUntilCarriedOut() {
    Desk d;
    const QString run = d.accepted({1});
    QVERIFY(d.f.journal->mark(run, std::vector<qint64>{1}, ItemState::InDoubt, {}).has_value());
    QVERIFY(d.f.journal->setRunState(run, RunState::Finished, {}).has_value());
    QVERIFY(waitFor(d.desk->unfinished())->empty());
    QVERIFY(waitFor(d.desk->decide(run, {1}, DoubtChoice::SendAgain)).has_value());
    QCOMPARE(waitFor(d.desk->unfinished())->size(), std::size_t{1});
    QCOMPARE(refusalWord(waitFor(d.desk->plan(d.request({1})))->items[0].refusal),
             QStringLiteral("claimed-by-open-run"));
}

void TestReplayDesk::decide_recordsAndStartCarriesOut() {
    Desk d;
    for (int i = 1; i <= 4; ++i) {
        Message held = numbered(i);
        held.redelivered = true;
        d.f.broker.put("dead", held);
    }
    const QString run = d.accepted({1, 2, 3, 4});
    QVERIFY(d.f.journal->setRunState(run, RunState::Running, {}).has_value());
    QVERIFY(d.f.journal->mark(run, std::vector<qint64>{1, 2, 3}, ItemState::Published, {}).has_value());
    QVERIFY(waitFor(d.desk->decide(run, {1}, DoubtChoice::SendAgain)).has_value());
    QVERIFY(waitFor(d.desk->decide(run, {2}, DoubtChoice::TreatAsSent)).has_value());
    QVERIFY(waitFor(d.desk->decide(run, {3}, DoubtChoice::Leave)).has_value());
    QVERIFY(d.f.journal->item(run, 1)->reason.contains(QStringLiteral("ann@desk")));
    const auto record = d.runToEnd(run);
    QCOMPARE(record->counts.at(ItemState::Removed), 3);
    QCOMPARE(record->counts.at(ItemState::Cancelled), 1);
    QCOMPARE(d.f.broker.bodies("work"), (std::map<QByteArray, int>{{"message 1", 1}, {"message 4", 1}}));
    QCOMPARE(d.f.broker.bodies("dead"), (std::map<QByteArray, int>{{"message 3", 1}}));
    QCOMPARE(d.audit.lines().filter(QStringLiteral("replay.decide")).size(), 3);
}

void TestReplayDesk::decide_refusesWhatIsNotInDoubt() {
    Desk d;
    const QString run = d.accepted({1, 2});
    const auto wrong = waitFor(d.desk->decide(run, {1}, DoubtChoice::SendAgain));
    QCOMPARE(errorWord(wrong.error().kind), QStringLiteral("conflict"));
    const auto lease = d.f.journal->lease(run);
    QCOMPARE(errorWord(waitFor(d.desk->decide(run, {}, DoubtChoice::Leave)).error().kind),
             QStringLiteral("conflict"));
}

void TestReplayDesk::abandon_cancelsTheRest() {
    Desk d;
    const QString run = d.accepted({1, 2, 3});
    QVERIFY(d.f.journal->setRunState(run, RunState::Running, {}).has_value());
    QVERIFY(d.f.journal->mark(run, std::vector<qint64>{1}, ItemState::Published, {}).has_value());
    const auto record = waitFor(d.desk->abandon(run));
    QCOMPARE(runStateWord(record->state), QStringLiteral("cancelled"));
    QCOMPARE(record->counts.at(ItemState::InDoubt), 1);
    QCOMPARE(record->counts.at(ItemState::Cancelled), 2);
}

void TestReplayDesk::destroyed_leavesRunsResumable() {
    Desk d;
    d.f.fill(300);
    const QString run = d.accepted(ReplayFixture::upTo(300));
    QVERIFY(d.desk->start(run, TestPermit::make(connection), d.gateway).has_value());
    QTRY_VERIFY(d.f.broker.contents("work").size() > 0);
    d.desk.reset();
    QCOMPARE(d.f.broker.held("dead"), 0);
    d.make();
    const RunRecord between = *d.f.journal->run(run);
    if (between.state != RunState::Finished) {
        QCOMPARE(waitFor(d.desk->unfinished())->size(), std::size_t{1});
        QCOMPARE(d.runToEnd(run)->counts.at(ItemState::Removed), 300);
    }
    QCOMPARE(d.f.broker.contents("work").size(), std::size_t{300});
}

QTEST_GUILESS_MAIN(TestReplayDesk)
#include "tst_replaydesk.moc"
