#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

class TestReplayJob : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void replay_movesAllInOrder();
    void replay_sendsInAnOrderOfItsOwn();
    void order_survivesABrokenLink();
    void order_isKeptAlthoughSomeAreMissing();
    void replay_marksAndStrips();
    void selection_leavesTheRestInPlace();
    void selection_stopsReadingWhenAllIsFound();
    void unroutable_keepsOriginalAndGoesOn();
    void refused_keepsOriginalWithBrokersWords();
    void takenByOthers_isMissing();
    void twins_moveOnlyAsManyAsChosen();
    void equalMessages_areNotQuadratic();
    void edited_sendsExactlyTheEditedOne();
    void copies_areByteExact();
    void newArrivals_doNotKeepItReading();
    void rate_isKept();
    void stream_copiesAndRemovesNothing();
    void delete_savesBeforeItRemoves();
    void purge_takesWhatWasThere();
    void restore_sendsCopiesBack();
    void restore_keepsUnroutableCopies();
    void progress_tellsTheFigures();
    void lease_heldElsewhereFails();
    void foreignPermit_isRefused();
    void boundedSource_isWidenedWhenUnselectedFillIt();
    void elevationEnded_pauseIsNotLeftButCanBeResumedLater();
    void elevationEnded_noLinkIsOpenedAgain();
};

void TestReplayJob::replay_movesAllInOrder() {
    ReplayFixture f;
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
    QStringList expected;
    for (int i = 1; i <= 100; ++i)
        expected << QString::number(i);
    QCOMPARE(f.order("work"), expected);
    QCOMPARE(f.count(ItemState::Removed), 100);
    QCOMPARE(runStateWord(f.journal->run(QStringLiteral("run"))->state), QStringLiteral("finished"));
    QCOMPARE(f.broker.violations(), QStringList());
}

namespace {

// Every third one of `count`, the last in the queue first.
QStringList planBackwards(ReplayFixture& f, int count) {
    RunHeader header = ReplayFixture::header(RunKind::Replay);
    header.options.order = QStringLiteral("position desc");
    std::vector<PlanItem> items;
    QStringList expected;
    for (int i = count; i >= 1; i -= 3) {
        items.push_back(ReplayFixture::itemFor(numbered(i), static_cast<qint64>(items.size()) + 1));
        items.back().position = i;
        expected << QString::number(i);
    }
    f.plan(header, items);
    return expected;
}

} // namespace

void TestReplayJob::replay_sendsInAnOrderOfItsOwn() {
    ReplayFixture f;
    f.fill(100);
    const QStringList expected = planBackwards(f, 100);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.order("work"), expected);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{66});
    QCOMPARE(f.count(ItemState::Removed), 34);
    QCOMPARE(f.broker.violations(), QStringList());
}

void TestReplayJob::order_survivesABrokenLink() {
    for (const QByteArray& broken : {QByteArray("receive"), QByteArray("settle")}) {
        for (int at = 1; at <= 9; ++at) {
            ReplayFixture f(static_cast<unsigned>(at));
            f.fill(60);
            const QStringList expected = planBackwards(f, 60);
            int seen = 0;
            f.world->script = [&](const QByteArray& call, int) {
                return call == broken && ++seen == at ? Trouble::LostMidway : Trouble::None;
            };
            QCOMPARE(f.runToEnd(), QString());
            QCOMPARE(f.order("work"), expected);
            QCOMPARE(f.count(ItemState::Removed), 20);
            QCOMPARE(f.broker.violations(), QStringList());
        }
    }
}

void TestReplayJob::order_isKeptAlthoughSomeAreMissing() {
    ReplayFixture f;
    f.fill(20);
    QStringList expected = planBackwards(f, 22); // 22 was never there
    expected.removeFirst();
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.order("work"), expected);
    QCOMPARE(f.count(ItemState::Missing), 1);
}

void TestReplayJob::replay_marksAndStrips() {
    ReplayFixture f;
    f.fill(1);
    f.planReplay({1});
    QCOMPARE(f.runToEnd(), QString());
    const Message sent = f.broker.contents("work").front();
    QVERIFY(!sent.header("x-death"));
    QVERIFY(*sent.header(attemptHeader) == HeaderValue::int64(1));
    QCOMPARE(*sent.header(runHeader)->asBytes(), QByteArray("run"));
}

void TestReplayJob::selection_leavesTheRestInPlace() {
    ReplayFixture f;
    f.fill(60);
    f.planReplay({3, 30, 59});
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.order("work"), QStringList({QStringLiteral("3"), QStringLiteral("30"), QStringLiteral("59")}));
    QStringList rest;
    for (int i = 1; i <= 60; ++i) {
        if (i != 3 && i != 30 && i != 59)
            rest << QString::number(i);
    }
    QCOMPARE(f.order("dead"), rest);
    QCOMPARE(f.broker.held("dead"), 0);
}

void TestReplayJob::selection_stopsReadingWhenAllIsFound() {
    ReplayFixture f;
    f.fill(500);
    f.planReplay({2});
    QCOMPARE(f.runToEnd(), QString());
    int touched = 0;
    for (const Message& message : f.broker.contents("dead"))
        touched += message.redelivered ? 1 : 0;
    QVERIFY2(touched < 50, qPrintable(QString::number(touched)));
}

void TestReplayJob::unroutable_keepsOriginalAndGoesOn() {
    ReplayFixture f;
    f.fill(20);
    std::vector<PlanItem> items;
    for (int i = 1; i <= 20; ++i)
        items.push_back(ReplayFixture::itemFor(numbered(i), i, i == 5 ? "nowhere" : "work"));
    f.plan(ReplayFixture::header(RunKind::Replay), items);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.order("dead"), QStringList{QStringLiteral("5")});
    QCOMPARE(f.count(ItemState::Returned), 1);
    QCOMPARE(f.count(ItemState::Removed), 19);
    QCOMPARE(f.journal->item(QStringLiteral("run"), 5)->reason, QStringLiteral("NO_ROUTE"));
}

void TestReplayJob::refused_keepsOriginalWithBrokersWords() {
    ReplayFixture f;
    f.fill(10);
    f.planReplay(ReplayFixture::upTo(10));
    f.broker.verdict = [](const Outgoing& out) -> std::optional<PublishOutcome::Kind> {
        if (out.item % 3 == 0)
            return PublishOutcome::Kind::Refused;
        return std::nullopt;
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.order("dead"), QStringList({QStringLiteral("3"), QStringLiteral("6"), QStringLiteral("9")}));
    QCOMPARE(f.count(ItemState::Rejected), 3);
    QCOMPARE(f.journal->item(QStringLiteral("run"), 3)->reason, QStringLiteral("as the script says"));
}

void TestReplayJob::takenByOthers_isMissing() {
    ReplayFixture f;
    f.fill(10);
    f.planReplay({1, 2, 99});
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Missing), 1);
    QCOMPARE(f.count(ItemState::Removed), 2);
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{8});
}

void TestReplayJob::twins_moveOnlyAsManyAsChosen() {
    ReplayFixture f;
    for (int i = 0; i < 5; ++i)
        f.broker.put("dead", numbered(7));
    f.broker.put("dead", numbered(8));
    f.planReplay({7, 7, 8});
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.bodies("work"), (std::map<QByteArray, int>{{"message 7", 2}, {"message 8", 1}}));
    QCOMPARE(f.broker.bodies("dead"), (std::map<QByteArray, int>{{"message 7", 3}}));
}

void TestReplayJob::equalMessages_areNotQuadratic() {
    ReplayFixture f;
    f.tuning.batch = 500;
    f.tuning.window = 2000;
    const int count = 20000;
    std::vector<int> numbers;
    for (int i = 0; i < count; ++i) {
        f.broker.put("dead", numbered(1));
        numbers.push_back(1);
    }
    f.planReplay(numbers);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), count);
}

void TestReplayJob::edited_sendsExactlyTheEditedOne() {
    ReplayFixture f;
    f.fill(3);
    std::vector<PlanItem> items;
    for (int i = 1; i <= 3; ++i)
        items.push_back(ReplayFixture::itemFor(numbered(i), i));
    items[1].edited = numbered(2);
    items[1].edited->body = "mended";
    items[1].changes << editedChange();
    f.plan(ReplayFixture::header(RunKind::Replay), items);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.bodies("work"),
             (std::map<QByteArray, int>{{"message 1", 1}, {"mended", 1}, {"message 3", 1}}));
    QCOMPARE(f.journal->copy(QStringLiteral("run"), 2)->body, QByteArray("message 2"));
}

void TestReplayJob::copies_areByteExact() {
    ReplayFixture f;
    Message odd = numbered(1);
    odd.body = QByteArray("\x00\xff\x1f\x8b binary", 11);
    odd.bodySize = odd.body.size();
    odd.properties.messageId = QByteArray("\xc3\x28");
    f.broker.put("dead", odd);
    f.plan(ReplayFixture::header(RunKind::Replay), {ReplayFixture::itemFor(odd, 1)});
    QCOMPARE(f.runToEnd(), QString());
    QVERIFY(*f.journal->copy(QStringLiteral("run"), 1) == odd);
}

void TestReplayJob::newArrivals_doNotKeepItReading() {
    ReplayFixture f;
    f.fill(20);
    f.planReplay({1, 99});
    int next = 1000;
    f.broker.onReceive = [&] {
        for (int i = 0; i < 5; ++i)
            f.broker.put("dead", numbered(next++));
    };
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Removed), 1);
    QCOMPARE(f.count(ItemState::Missing), 1);
    QCOMPARE(f.broker.held("dead"), 0);
}

void TestReplayJob::rate_isKept() {
    ReplayFixture f;
    f.fill(12);
    RunHeader header = ReplayFixture::header(RunKind::Replay);
    header.options.ratePerSecond = 50;
    std::vector<PlanItem> items;
    for (int i = 1; i <= 12; ++i)
        items.push_back(ReplayFixture::itemFor(numbered(i), i));
    f.plan(header, items);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(f.runToEnd(), QString());
    QVERIFY2(timer.elapsed() >= 100,
             qPrintable(QString::number(timer.elapsed()))); // (12 - 1 - 5 saved) / 50 per s
    QCOMPARE(f.count(ItemState::Removed), 12);
}

void TestReplayJob::stream_copiesAndRemovesNothing() {
    ReplayFixture f;
    f.fill(30);
    RunHeader header = ReplayFixture::header(RunKind::Replay);
    header.sourceIsStream = true;
    f.plan(header, {ReplayFixture::itemFor(numbered(4), 1), ReplayFixture::itemFor(numbered(29), 2),
                    ReplayFixture::itemFor(numbered(77), 3)});
    const auto job = f.makeJob(true);
    QCOMPARE(f.runToEnd(*job), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{30});
    QCOMPARE(f.order("work"), QStringList({QStringLiteral("4"), QStringLiteral("29")}));
    QCOMPARE(f.count(ItemState::Confirmed), 2);
    QCOMPARE(f.count(ItemState::Missing), 1);
    QCOMPARE(job->progress().done, 2);
}

void TestReplayJob::delete_savesBeforeItRemoves() {
    ReplayFixture f;
    f.fill(30);
    std::vector<PlanItem> items;
    for (int i = 1; i <= 30; i += 2)
        items.push_back(ReplayFixture::itemFor(numbered(i), static_cast<qint64>(items.size()) + 1, ""));
    f.plan(ReplayFixture::header(RunKind::Delete), items);
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{15});
    QCOMPARE(f.broker.contents("work").size(), std::size_t{0});
    QCOMPARE(f.count(ItemState::Removed), 15);
    QCOMPARE(f.journal->copy(QStringLiteral("run"), 15)->body, QByteArray("message 29"));
}

void TestReplayJob::purge_takesWhatWasThere() {
    ReplayFixture f;
    f.fill(50);
    f.plan(ReplayFixture::header(RunKind::Purge), {});
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
    QCOMPARE(f.count(ItemState::Removed), 50);
    for (int i = 1; i <= 50; ++i)
        QCOMPARE(f.journal->copy(QStringLiteral("run"), i)->body, "message " + QByteArray::number(i));
}

void TestReplayJob::restore_sendsCopiesBack() {
    ReplayFixture f;
    RunHeader header = ReplayFixture::header(RunKind::Restore);
    QVERIFY(f.journal->createRun(header).has_value());
    std::vector<PlanItem> items;
    std::vector<Message> messages;
    for (int i = 1; i <= 25; ++i) {
        items.push_back(ReplayFixture::itemFor(numbered(i), i, "elsewhere"));
        messages.push_back(numbered(i));
    }
    QVERIFY(f.journal->addSavedItems(header.id, items, messages).has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{25});
    QVERIFY(f.broker.contents("dead").front().header("x-death"));
    QVERIFY(!f.broker.contents("dead").front().header(attemptHeader));
    QCOMPARE(f.count(ItemState::Confirmed), 25);
}

void TestReplayJob::restore_keepsUnroutableCopies() {
    ReplayFixture f;
    RunHeader header = ReplayFixture::header(RunKind::Restore);
    header.source.name = QStringLiteral("deleted meanwhile");
    QVERIFY(f.journal->createRun(header).has_value());
    QVERIFY(f.journal
                ->addSavedItems(header.id, std::vector{ReplayFixture::itemFor(numbered(1), 1)},
                                std::vector{numbered(1)})
                .has_value());
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.count(ItemState::Returned), 1);
    QVERIFY(f.journal->copy(header.id, 1).has_value());
}

void TestReplayJob::progress_tellsTheFigures() {
    ReplayFixture f;
    f.fill(40);
    f.planReplay(ReplayFixture::upTo(41));
    const auto job = f.makeJob();
    QSignalSpy progressed(job.get(), &ReplayJob::progressChanged);
    QCOMPARE(f.runToEnd(*job), QString());
    const ReplayJob::Progress progress = job->progress();
    QCOMPARE(progress.total, 41);
    QCOMPARE(progress.done, 40);
    QCOMPARE(progress.confirmed, 40);
    QCOMPARE(progress.missing, 1);
    QCOMPARE(progress.secondsLeft, 0);
    QVERIFY(progressed.count() >= 1);
}

void TestReplayJob::lease_heldElsewhereFails() {
    ReplayFixture f;
    f.fill(1);
    f.planReplay({1});
    const auto lease = f.journal->lease(QStringLiteral("run"));
    const auto job = f.makeJob();
    QCOMPARE(f.runToEnd(*job), QStringLiteral("another process works on it"));
    QCOMPARE(errorWord(job->error()->kind), QStringLiteral("conflict"));
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{1});
}

void TestReplayJob::foreignPermit_isRefused() {
    ReplayFixture f;
    f.fill(1);
    f.planReplay({1});
    ReplayJob::Parts parts;
    parts.journal = f.journal;
    parts.source = f.broker.makeSource("dead");
    parts.target = f.broker.makeTarget();
    ReplayJob job(TestPermit::make(QStringLiteral("other")), QStringLiteral("run"), std::move(parts));
    QVERIFY(!f.runToEnd(job).isEmpty());
    QCOMPARE(errorWord(job.error()->kind), QStringLiteral("not-allowed"));
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{1});
}

void TestReplayJob::boundedSource_isWidenedWhenUnselectedFillIt() {
    ReplayFixture f;
    f.fill(100);
    f.planReplay({90});
    ReplayJob::Parts parts;
    parts.journal = f.journal;
    parts.source = f.broker.makeSource("dead", 10);
    parts.wideSource = f.broker.makeSource("dead", 0);
    parts.target = f.broker.makeTarget();
    parts.tuning = f.tuning;
    ReplayJob job(TestPermit::make({}), QStringLiteral("run"), std::move(parts));
    QCOMPARE(f.runToEnd(job), QString());
    QCOMPARE(f.order("work"), QStringList{QStringLiteral("90")});
    QCOMPARE(f.broker.held("dead"), 0);
}

namespace {

Result<void> elevationEnded() {
    return failure(ErrorKind::NotAllowed, QStringLiteral("The elevation has ended."));
}

} // namespace

void TestReplayJob::elevationEnded_pauseIsNotLeftButCanBeResumedLater() {
    ReplayFixture f;
    f.fill(300);
    f.planReplay(ReplayFixture::upTo(300));
    std::atomic<bool> elevated{true};
    f.mayWrite = [&]() -> Result<void> { return elevated ? Result<void>() : elevationEnded(); };
    auto job = f.makeJob();
    job->pause();
    job->start();
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Paused));
    elevated = false;
    job->resume();
    QTRY_VERIFY(ReplayFixture::isOver(*job));
    QCOMPARE(job->error()->summary, QStringLiteral("The elevation has ended."));
    const auto record = f.journal->run(QStringLiteral("run"));
    QCOMPARE(runStateWord(record->state), QStringLiteral("paused"));
    QCOMPARE(record->endReason, QStringLiteral("The elevation has ended."));
    job.reset();
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{300});
    elevated = true;
    QCOMPARE(f.runToEnd(), QString());
    QCOMPARE(f.broker.contents("work").size(), std::size_t{300});
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
}

void TestReplayJob::elevationEnded_noLinkIsOpenedAgain() {
    ReplayFixture f;
    f.fill(5);
    f.planReplay(ReplayFixture::upTo(5));
    f.mayWrite = elevationEnded;
    auto job = f.makeJob();
    QCOMPARE(f.runToEnd(*job), QStringLiteral("The elevation has ended."));
    job.reset();
    QCOMPARE(f.broker.contents("work").size(), std::size_t{0});
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{5});
}

QTEST_GUILESS_MAIN(TestReplayJob)
#include "tst_replayjob.moc"
