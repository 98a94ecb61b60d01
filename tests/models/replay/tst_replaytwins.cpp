// Equal messages of which only some were chosen: a run that goes on after a crash leaves the others alone.
#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

class TestReplayTwins : public QObject {
    Q_OBJECT

    // Of ten equal messages the first four were chosen; so many are still in the queue, all delivered before.
    static void begin(ReplayFixture& f, int inQueue, RunKind kind, ItemState third) {
        Message twin = numbered(1);
        twin.redelivered = true;
        for (int i = 0; i < inQueue; ++i)
            f.broker.put("dead", twin);
        std::vector<PlanItem> items;
        for (int i = 0; i < 4; ++i) {
            PlanItem item = ReplayFixture::itemFor(twin, i + 1);
            item.occurrence = i;
            item.twins = 10;
            items.push_back(item);
        }
        f.plan(ReplayFixture::header(kind), items);
        const QString run = QStringLiteral("run");
        QVERIFY(f.journal->mark(run, std::vector<qint64>{1, 2}, ItemState::Removed, {}).has_value());
        QVERIFY(f.journal->mark(run, std::vector<qint64>{3}, third, {}).has_value());
        QVERIFY(f.journal->setRunState(run, RunState::Running, {}).has_value());
    }

private Q_SLOTS:
    void originalGoneAtTheKill_takesNoTwinInItsPlace() {
        ReplayFixture f;
        begin(f, 7, RunKind::Replay, ItemState::Confirmed); // ten less two removed and one acknowledged
        QCOMPARE(f.runToEnd(), QString());
        QCOMPARE(f.count(ItemState::Removed), 4);
        QCOMPARE(f.broker.contents("work").size(), std::size_t{1});
        QCOMPARE(f.broker.contents("dead").size(), std::size_t{6});
    }

    void originalStillThere_isRemoved() {
        ReplayFixture f;
        begin(f, 8, RunKind::Replay, ItemState::Confirmed);
        QCOMPARE(f.runToEnd(), QString());
        QCOMPARE(f.count(ItemState::Removed), 4);
        QCOMPARE(f.broker.contents("work").size(), std::size_t{1});
        QCOMPARE(f.broker.contents("dead").size(), std::size_t{6});
    }
};

QTEST_GUILESS_MAIN(TestReplayTwins)
#include "tst_replaytwins.moc"
