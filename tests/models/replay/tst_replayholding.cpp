#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

// A broker takes back what a consumer holds for too long. A run is faster: it gives everything back itself
// and takes it again.
class TestReplayHolding : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void slowRun_givesBackAndTakesAgain();
    void answersUnderWay_areWaitedForFirst();
};

namespace {

// The rate makes a run of 60 messages last longer than several holds, however fast the machine is.
constexpr int perSecond = 200;
constexpr std::chrono::milliseconds shortHold{20};

std::vector<int> everyOther(int last) {
    std::vector<int> odd;
    for (int number = 1; number <= last; number += 2)
        odd.push_back(number);
    return odd;
}

QStringList words(const std::vector<int>& numbers) {
    QStringList all;
    for (const int number : numbers)
        all << QString::number(number);
    return all;
}

void planSlowRun(ReplayFixture& f, const std::vector<int>& numbers) {
    RunHeader header = ReplayFixture::header(RunKind::Replay);
    header.options.ratePerSecond = perSecond;
    std::vector<PlanItem> items;
    for (const int number : numbers)
        items.push_back(ReplayFixture::itemFor(numbered(number), number));
    f.plan(header, items);
}

} // namespace

void TestReplayHolding::slowRun_givesBackAndTakesAgain() {
    ReplayFixture f;
    f.tuning.maxHold = shortHold;
    f.fill(120);
    planSlowRun(f, everyOther(120));
    QCOMPARE(f.runToEnd(), QString());
    QVERIFY(f.broker.sourceOpens() > 1);
    QCOMPARE(f.count(ItemState::Removed), 60);
    QCOMPARE(f.order("work"), words(everyOther(120))); // each once, in the order of the queue
    QStringList left = words(ReplayFixture::upTo(120));
    left.removeIf([](const QString& number) { return number.toInt() % 2 == 1; });
    QCOMPARE(f.order("dead"), left);
    QCOMPARE(f.broker.held("dead"), 0);
    QCOMPARE(f.broker.violations(), QStringList());
}

void TestReplayHolding::answersUnderWay_areWaitedForFirst() {
    ReplayFixture f;
    f.tuning.maxHold = std::chrono::milliseconds(5);
    f.fill(100);
    f.planReplay(ReplayFixture::upTo(100));
    f.broker.verdict = [&f, met = 0](const Outgoing&) mutable {
        if (++met == 2) // until the first is answered no other is sent
            f.broker.withholdConfirms = true;
        return std::optional<PublishOutcome::Kind>();
    };
    std::atomic<int> signs{0}; // of life, given at least two milliseconds apart from each other
    std::atomic<int> reopened{0};
    f.world->script = [&](const QByteArray& call, int) {
        if (f.broker.withholdConfirms) {
            signs += call == "sync" ? 1 : 0;
            reopened += call == "open" ? 1 : 0;
        }
        return Trouble::None;
    };
    const auto job = f.makeJob();
    job->start();
    QTRY_VERIFY(signs > 10); // four holds long
    QCOMPARE(reopened, 0);
    QVERIFY(f.broker.held("dead") > 0);
    QVERIFY(f.broker.contents("work").size() < 100);
    f.broker.withholdConfirms = false;
    QTRY_COMPARE(static_cast<int>(job->state()), static_cast<int>(ReplayJob::State::Finished));
    QVERIFY(f.broker.sourceOpens() > 1);
    QCOMPARE(f.count(ItemState::Removed), 100);
    QCOMPARE(f.order("work"), words(ReplayFixture::upTo(100)));
    QCOMPARE(f.broker.contents("dead").size(), std::size_t{0});
}

QTEST_GUILESS_MAIN(TestReplayHolding)
#include "tst_replayholding.moc"
