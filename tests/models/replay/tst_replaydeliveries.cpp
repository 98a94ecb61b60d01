// Runs on a queue that drops a message which comes back too often: they stop themselves before it does.
#include "models/messaging/deliverycount.h"
#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

namespace {

// "dead" allows so many deliveries (-1: any); a run over all of its messages was accepted with some of them
// used.
class CountingQueue : public ReplayFixture {
public:
    explicit CountingQueue(int limit, int before = 0, int known = 0,
                           const std::vector<int>& chosen = upTo(messages)) {
        if (limit >= 0)
            broker.deliveryLimits["dead"] = limit;
        fill(messages);
        RunHeader made = header(RunKind::Replay);
        made.deliveryLimit = known == 0 ? limit : known;
        made.deliveriesBefore = before;
        std::vector<PlanItem> items;
        for (const int number : chosen)
            items.push_back(itemFor(numbered(number), number));
        plan(made, items);
    }
    // The link breaks at each call of that name.
    void breakAt(const QByteArray& call, int most = 1000) {
        world->script = [call, left = most](const QByteArray& name, int) mutable {
            return name == call && left-- > 0 ? Trouble::LostBefore : Trouble::None;
        };
    }
    // How many are in neither queue; doubles are no loss.
    int lost() const {
        const auto dead = broker.bodies("dead");
        const auto work = broker.bodies("work");
        int count = 0;
        for (int number = 1; number <= messages; ++number)
            count += dead.contains(numbered(number).body) || work.contains(numbered(number).body) ? 0 : 1;
        return count;
    }
    int opens() { return journal->run(QStringLiteral("run"))->sourceOpens; }
    RunState state() { return journal->run(QStringLiteral("run"))->state; }

    static constexpr int messages = 30;
};

} // namespace

class TestReplayDeliveries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // What the run keeps to is what the queue does.
    void fakeQueue_dropsWhatComesBackOnceTooOften() {
        CountingQueue f(1);
        for (const int left : {CountingQueue::messages, 0}) {
            const auto source = f.broker.makeSource("dead");
            QVERIFY(source->open().has_value());
            QCOMPARE(source->receive(100, 0)->size(), std::size_t{CountingQueue::messages});
            source->close();
            QCOMPARE(f.broker.contents("dead").size(), static_cast<std::size_t>(left));
        }
    }

    void linkThatBreaksAgainAndAgain_stopsBeforeTheLimit_data() {
        QTest::addColumn<int>("before");
        QTest::addColumn<QByteArray>("call");
        for (const char* call : {"receive", "settle", "sync"}) {
            for (const int before : {0, 2})
                QTest::addRow("%s, %d used", call, before) << before << QByteArray(call);
        }
    }
    void linkThatBreaksAgainAndAgain_stopsBeforeTheLimit() {
        QFETCH(int, before);
        QFETCH(QByteArray, call);
        constexpr int limit = 3;
        CountingQueue f(limit, before);
        for (int i = 0; i < before; ++i) { // what was used before the run
            const auto source = f.broker.makeSource("dead");
            QVERIFY(source->open() && source->receive(100, 0));
            source->close();
        }
        const int earlier = f.broker.sourceOpens();
        f.breakAt(call);
        const QString why = f.runToEnd();
        QVERIFY2(why.contains(QLatin1String("3 of the 3 deliveries")), qPrintable(why));
        QVERIFY2(why.contains(QLatin1String("Raise the queue's delivery limit, then resume")),
                 qPrintable(why));
        QCOMPARE(runStateWord(f.state()), QStringLiteral("failed"));
        QCOMPARE(f.broker.sourceOpens() - earlier, limit - before);
        QCOMPARE(f.opens(), limit - before);
        QCOMPARE(f.lost(), 0);
        // Resumed without a higher limit it touches nothing.
        f.world->script = {};
        QVERIFY(f.runToEnd().contains(QLatin1String("3 of the 3 deliveries")));
        QCOMPARE(f.broker.sourceOpens() - earlier, limit - before);
        QCOMPARE(f.lost(), 0);
        // With one it goes on to its end.
        f.broker.deliveryLimits["dead"] = limit + 1;
        f.limitNow = limit + 1;
        QCOMPARE(f.runToEnd(), QString());
        QCOMPARE(f.lost(), 0);
        QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
        QCOMPARE(f.count(ItemState::Removed), CountingQueue::messages);
        QCOMPARE(f.broker.contents("work").size(), std::size_t{CountingQueue::messages});
        QCOMPARE(f.opens(), limit - before + 1);
    }

    void limitThatIsNotKnown_isLearntFromNobody() {
        CountingQueue f(-1);
        f.breakAt("sync", 25);
        QCOMPARE(f.runToEnd(), QString());
        QCOMPARE(f.lost(), 0);
        QVERIFY(f.opens() > 25);
    }
    void limitTakenAway_letsItGoOn() {
        CountingQueue f(-1, 5, 5);
        QVERIFY(!f.runToEnd().isEmpty());
        QCOMPARE(f.broker.sourceOpens(), 0);
        f.limitNow = -1;
        QCOMPARE(f.runToEnd(), QString());
    }
    // Told when it is resumed, though the plan knew of none.
    void limitLearntLater_isKept() {
        CountingQueue f(2, 0, -1);
        f.limitNow = 2;
        f.breakAt("sync");
        QVERIFY(f.runToEnd().contains(QLatin1String("2 of the 2 deliveries")));
        QCOMPARE(f.lost(), 0);
    }

    // A pause of more than a minute gives everything back; here every pause does. The run looks for a message
    // that is not there, so it does not end.
    void longPauses_stopBeforeTheLimit() {
        CountingQueue f(2, 0, 0, {1, 2, 3, 99});
        f.tuning.pauseHold = std::chrono::milliseconds(0);
        f.tuning.quiet = std::chrono::hours(1);
        const auto job = f.makeJob();
        job->start();
        for (int opened = 1; opened <= 2; ++opened) {
            QTRY_COMPARE_WITH_TIMEOUT(f.count(ItemState::Removed), 3, 20000);
            QTRY_COMPARE_WITH_TIMEOUT(f.broker.held("dead"), CountingQueue::messages - 3, 20000);
            QCOMPARE(f.opens(), opened);
            job->pause();
            QTRY_COMPARE_WITH_TIMEOUT(f.broker.held("dead"), 0, 20000);
            job->resume();
        }
        QTRY_VERIFY_WITH_TIMEOUT(ReplayFixture::isOver(*job), 20000);
        QVERIFY(job->error() && job->error()->summary.contains(QLatin1String("2 of the 2 deliveries")));
        QCOMPARE(f.broker.sourceOpens(), 2);
        QCOMPARE(f.lost(), 0);
    }

    // Each process opens the queue once and dies in the middle.
    void processesThatDie_areCountedTogether() {
        CountingQueue f(3);
        f.broker.withholdConfirms = true;
        for (int process = 1; process <= 3; ++process) {
            auto job = f.makeJob();
            f.world->script = [](const QByteArray& call, int) {
                return call == "write" ? Trouble::DieBefore : Trouble::None;
            };
            QVERIFY(!f.runToEnd(*job).isEmpty());
            job.reset();
            f.world->revive();
            f.world->script = {};
            f.journal->processDied();
            QCOMPARE(f.broker.sourceOpens(), process);
            QCOMPARE(f.opens(), process);
            QCOMPARE(f.lost(), 0);
        }
        QVERIFY(f.runToEnd().contains(QLatin1String("3 of the 3 deliveries")));
        QCOMPARE(f.broker.sourceOpens(), 3);
        QCOMPARE(f.lost(), 0);
    }
};

QTEST_GUILESS_MAIN(TestReplayDeliveries)
#include "tst_replaydeliveries.moc"
