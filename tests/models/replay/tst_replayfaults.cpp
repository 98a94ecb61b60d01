#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

// Random troubles at random calls, and the three promises: nothing is lost, doubles only where a doubt is
// listed, and the journal says what the broker has. SIGNALBOX_FAULT_SEEDS=N tries more schedules.
class TestReplayFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void brokenLinks_keepThePromises_data() { seeds(); }
    void purges_keepACopyOfEachThatHasGone_data() { seeds(); }
    void purges_keepACopyOfEachThatHasGone();
    void brokenLinks_keepThePromises();
    void killedProcess_keepsThePromises_data() { seeds(); }
    void killedProcess_keepsThePromises();
    void killedDelete_losesNoCopy_data() { seeds(); }
    void killedDelete_losesNoCopy();
    void killedRestore_keepsThePromises_data() { seeds(); }
    void killedRestore_keepsThePromises();

private:
    static void seeds();
};

namespace {

constexpr int mostDeaths = 12;

struct Schedule {
    explicit Schedule(unsigned seed)
        : random(seed) {}
    std::mt19937 random;
    std::mutex mutex;
    int troublesLeft = 0;
    int deathsLeft = 0;
    double rate = 0.05;

    int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); }

    Trouble next() {
        const std::lock_guard lock(mutex);
        if (!std::bernoulli_distribution(rate)(random))
            return Trouble::None;
        if (deathsLeft > 0 && pick(2) == 0) {
            --deathsLeft;
            return std::array{Trouble::DieBefore, Trouble::DieMidway,
                              Trouble::DieAfter}[static_cast<std::size_t>(pick(3))];
        }
        if (troublesLeft > 0) {
            --troublesLeft;
            return std::array{Trouble::LostBefore, Trouble::LostMidway,
                              Trouble::LostAfter}[static_cast<std::size_t>(pick(3))];
        }
        return Trouble::None;
    }
};

// Runs and resumes until the run is over in a living process.
QString runThroughDeaths(ReplayFixture& f, Schedule& schedule) {
    f.world->script = [&](const QByteArray&, int) { return schedule.next(); };
    for (int life = 0; life <= mostDeaths + 1; ++life) {
        f.runToEnd();
        if (!f.world->isDead()) {
            const auto record = f.journal->run(QStringLiteral("run"));
            return record->state == RunState::Finished ? QString() : record->endReason;
        }
        f.world->revive();
        f.journal->processDied();
    }
    return QStringLiteral("never ended");
}

struct Books { // per body: how many there were, are, and what the journal says
    std::map<QByteArray, int> before;
    std::map<QByteArray, std::map<ItemState, int>> items;
};

Books booksOf(ReplayFixture& f, const std::map<QByteArray, int>& before,
              const std::vector<Message>& selected) {
    Books books;
    books.before = before;
    const auto records = f.journal->items(QStringLiteral("run"), std::nullopt, 0, 100000);
    for (const ItemRecord& record : *records)
        ++books.items[selected[static_cast<std::size_t>(record.plan.number - 1)].body][record.state];
    return books;
}

void checkReplay(ReplayFixture& f, Books& books) {
    auto dead = f.broker.bodies("dead");
    auto work = f.broker.bodies("work");
    for (const auto& [body, before] : books.before) {
        auto& items = books.items[body];
        const QByteArray where = body + ": before " + QByteArray::number(before) + ", left " +
                                 QByteArray::number(dead[body]) + ", sent " + QByteArray::number(work[body]) +
                                 ", removed " + QByteArray::number(items[ItemState::Removed]) +
                                 ", in doubt " + QByteArray::number(items[ItemState::InDoubt]);
        QVERIFY2(dead[body] + work[body] >= before, "lost: " + where);
        QVERIFY2(dead[body] + work[body] - before <= items[ItemState::InDoubt], "doubled: " + where);
        QVERIFY2(dead[body] == before - items[ItemState::Removed], "the journal lies: " + where);
        QVERIFY2(items[ItemState::Planned] + items[ItemState::Published] + items[ItemState::Confirmed] == 0,
                 "left open: " + where);
    }
    QCOMPARE(f.broker.held("dead"), 0);
    QCOMPARE(f.broker.violations(), QStringList());
}

// About half of the queue is selected, equal messages always together; a few are unroutable.
void fillAndPlan(ReplayFixture& f, Schedule& schedule, std::map<QByteArray, int>* before,
                 std::vector<Message>* selected) {
    std::vector<PlanItem> items;
    for (int i = 1; i <= 60; ++i) {
        const int twins = schedule.pick(8) == 0 ? 3 : 1;
        const bool chosen = schedule.pick(2) == 0;
        const QByteArray queue = schedule.pick(10) == 0 ? "nowhere" : "work";
        for (int twin = 0; twin < twins; ++twin) {
            const Message message = numbered(i);
            f.broker.put("dead", message);
            ++(*before)[message.body];
            if (!chosen)
                continue;
            items.push_back(ReplayFixture::itemFor(message, static_cast<qint64>(items.size()) + 1, queue));
            items.back().occurrence = twin;
            selected->push_back(message);
        }
    }
    f.plan(ReplayFixture::header(RunKind::Replay), items);
}

} // namespace

void TestReplayFaults::seeds() {
    QTest::addColumn<unsigned>("seed");
    const int count = qEnvironmentVariableIntValue("SIGNALBOX_FAULT_SEEDS");
    for (unsigned seed = 1; seed <= static_cast<unsigned>(count > 0 ? count : 25); ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestReplayFaults::brokenLinks_keepThePromises() {
    QFETCH(const unsigned, seed);
    ReplayFixture f(seed);
    Schedule schedule(seed);
    f.broker.ackLossRate = seed % 3 == 0 ? 0 : 0.6;
    f.broker.confirmsAtOnce = seed % 2 == 0;
    std::map<QByteArray, int> before;
    std::vector<Message> selected;
    fillAndPlan(f, schedule, &before, &selected);
    schedule.troublesLeft = 15;
    QCOMPARE(runThroughDeaths(f, schedule), QString());
    f.world->script = {};
    Books books = booksOf(f, before, selected);
    checkReplay(f, books);
}

void TestReplayFaults::killedProcess_keepsThePromises() {
    QFETCH(const unsigned, seed);
    ReplayFixture f(seed);
    Schedule schedule(seed + 1000);
    f.broker.ackLossRate = seed % 3 == 0 ? 0 : 0.6;
    f.broker.confirmsAtOnce = seed % 2 == 0;
    std::map<QByteArray, int> before;
    std::vector<Message> selected;
    fillAndPlan(f, schedule, &before, &selected);
    schedule.troublesLeft = 6;
    schedule.deathsLeft = 1 + schedule.pick(mostDeaths);
    QCOMPARE(runThroughDeaths(f, schedule), QString());
    f.world->script = {};
    Books books = booksOf(f, before, selected);
    checkReplay(f, books);
}

void TestReplayFaults::killedDelete_losesNoCopy() {
    QFETCH(const unsigned, seed);
    ReplayFixture f(seed);
    Schedule schedule(seed + 2000);
    f.broker.ackLossRate = 0.5;
    f.fill(60);
    std::vector<PlanItem> items;
    for (int i = 1; i <= 60; i += 2)
        items.push_back(ReplayFixture::itemFor(numbered(i), static_cast<qint64>(items.size()) + 1, ""));
    f.plan(ReplayFixture::header(RunKind::Delete), items);
    schedule.troublesLeft = 5;
    schedule.deathsLeft = 6;
    QCOMPARE(runThroughDeaths(f, schedule), QString());
    f.world->script = {};
    auto dead = f.broker.bodies("dead");
    for (int i = 1; i <= 60; ++i) {
        const bool chosen = i % 2 == 1;
        QCOMPARE(dead["message " + QByteArray::number(i)], chosen ? 0 : 1);
        if (chosen)
            QVERIFY(*f.journal->copy(QStringLiteral("run"), (i + 1) / 2) != Message());
    }
    QCOMPARE(f.count(ItemState::Removed), 30);
    QCOMPARE(f.broker.violations(), QStringList());
}

void TestReplayFaults::killedRestore_keepsThePromises() {
    QFETCH(const unsigned, seed);
    ReplayFixture f(seed);
    Schedule schedule(seed + 3000);
    f.broker.confirmsAtOnce = seed % 2 == 0;
    const RunHeader header = ReplayFixture::header(RunKind::Restore);
    QVERIFY(f.journal->createRun(header).has_value());
    std::vector<PlanItem> items;
    std::vector<Message> messages;
    for (int i = 1; i <= 50; ++i) {
        items.push_back(ReplayFixture::itemFor(numbered(i), i));
        messages.push_back(numbered(i));
    }
    QVERIFY(f.journal->addSavedItems(header.id, items, messages).has_value());
    schedule.troublesLeft = 4;
    schedule.deathsLeft = 4;
    QCOMPARE(runThroughDeaths(f, schedule), QString());
    f.world->script = {};
    auto dead = f.broker.bodies("dead");
    const Books books = booksOf(f, {}, messages);
    for (const auto& [body, states] : books.items) {
        const bool doubted = states.contains(ItemState::InDoubt);
        QVERIFY2(dead[body] == 1 || (doubted && dead[body] == 0), body);
        QVERIFY2(doubted || states.contains(ItemState::Confirmed), body);
    }
}

// Equal messages have no identity: what the queue has lost is never more than there are copies.
void TestReplayFaults::purges_keepACopyOfEachThatHasGone() {
    QFETCH(const unsigned, seed);
    ReplayFixture f(seed);
    Schedule schedule(seed);
    f.broker.ackLossRate = seed % 3 == 0 ? 0 : 0.6;
    std::map<QByteArray, int> before;
    for (int i = 1; i <= 60; ++i) {
        const Message message = numbered(1 + schedule.pick(seed % 2 == 0 ? 12 : 1000));
        f.broker.put("dead", message);
        ++before[message.body];
    }
    f.plan(ReplayFixture::header(RunKind::Purge), {});
    schedule.troublesLeft = 2;
    schedule.deathsLeft = mostDeaths;
    QCOMPARE(runThroughDeaths(f, schedule), QString());
    std::map<QByteArray, std::map<ItemState, int>> copies;
    const auto records = f.journal->items(QStringLiteral("run"), std::nullopt, 0, 100000);
    QVERIFY(records.has_value());
    for (const ItemRecord& record : *records) {
        const auto copy = f.journal->copy(QStringLiteral("run"), record.plan.number);
        QVERIFY2(copy.has_value() || record.state == ItemState::Planned, "an item without a copy");
        if (copy)
            ++copies[copy->body][record.state];
    }
    auto left = f.broker.bodies("dead");
    for (const auto& [body, count] : before) {
        auto& kept = copies[body];
        const int gone = count - left[body];
        const QByteArray where = body + ": gone " + QByteArray::number(gone) + ", removed " +
                                 QByteArray::number(kept[ItemState::Removed]) + ", missing " +
                                 QByteArray::number(kept[ItemState::Missing]);
        QVERIFY2(kept[ItemState::Removed] + kept[ItemState::Missing] >= gone, "lost: " + where);
    }
}

QTEST_GUILESS_MAIN(TestReplayFaults)
#include "tst_replayfaults.moc"
