// A queue "dead" and a queue "work" on a broker in memory, a journal, and jobs between them with short waits.
#pragma once

#include "models/replay/replayjob.h"
#include "tests/support/fakebroker.h"
#include "tests/support/fakejournal.h"
#include "tests/support/testpermit.h"

#include <QtTest>

namespace signalbox {

inline ReplayTuning shortWaits() {
    using std::chrono::milliseconds;
    ReplayTuning tuning;
    tuning.batch = 7;
    tuning.window = 20;
    tuning.idleWait = milliseconds(5);
    tuning.gather = milliseconds(1);
    tuning.quiet = milliseconds(5);
    tuning.streamQuiet = milliseconds(20);
    tuning.sync = milliseconds(2);
    tuning.backOffFirst = milliseconds(1);
    tuning.backOffCap = milliseconds(4);
    tuning.pauseHold = milliseconds(60000);
    tuning.cancelGrace = milliseconds(500);
    tuning.lossGrace = milliseconds(50);
    tuning.keepAlive = milliseconds(2);
    tuning.giveUpAfter = 200;
    return tuning;
}

inline Message numbered(int number) {
    Message message;
    message.exchange = "dlx";
    message.routingKey = "dead";
    message.body = "message " + QByteArray::number(number);
    message.bodySize = message.body.size();
    message.properties.deliveryMode = 2;
    message.properties.headers = HeaderTable{{"x-death", HeaderValue::string("as the broker writes it")}};
    return message;
}

class ReplayFixture {
public:
    explicit ReplayFixture(unsigned seed = 1)
        : world(std::make_shared<FakeWorld>())
        , broker(world, seed)
        , journal(std::make_shared<FakeJournal>(world)) {
        broker.declare("dead");
        broker.declare("work");
    }

    void fill(int count) {
        for (int i = 1; i <= count; ++i)
            broker.put("dead", numbered(i));
    }

    static RunHeader header(RunKind kind) {
        RunHeader made;
        made.id = QStringLiteral("run");
        made.kind = kind;
        made.source.name = QStringLiteral("dead");
        made.options.destination.kind = ReplayDestination::Kind::Queue;
        made.options.destination.queue = QStringLiteral("work");
        return made;
    }

    static PlanItem itemFor(const Message& message, qint64 number, const QByteArray& queue = "work") {
        PlanItem item;
        item.number = number;
        item.position = number;
        item.fingerprint = fingerprintOf(message);
        item.routingKey = queue;
        return item;
    }

    void plan(const RunHeader& made, const std::vector<PlanItem>& items) {
        QVERIFY(journal->createRun(made).has_value());
        QVERIFY(journal->addItems(made.id, items).has_value());
    }

    // A replay run of the messages with these numbers.
    void planReplay(const std::vector<int>& numbers) {
        std::vector<PlanItem> items;
        for (const int number : numbers)
            items.push_back(itemFor(numbered(number), static_cast<qint64>(items.size()) + 1));
        plan(header(RunKind::Replay), items);
    }

    static std::vector<int> upTo(int last) {
        std::vector<int> all;
        for (int i = 1; i <= last; ++i)
            all.push_back(i);
        return all;
    }

    std::unique_ptr<ReplayJob> makeJob(bool isStream = false, int window = 0) {
        ReplayJob::Parts parts;
        parts.journal = journal;
        parts.source = broker.makeSource("dead", window, isStream);
        parts.target = broker.makeTarget();
        parts.facts = [](const Message&) { return DeathFacts(); };
        parts.mayWrite = mayWrite;
        parts.deliveryLimit = limitNow;
        parts.tuning = tuning;
        return std::make_unique<ReplayJob>(TestPermit::make({}), QStringLiteral("run"), std::move(parts));
    }

    static bool isOver(const ReplayJob& job) {
        return job.state() == ReplayJob::State::Finished || job.state() == ReplayJob::State::Cancelled ||
               job.state() == ReplayJob::State::Failed;
    }

    // Runs it to its end and gives what went wrong, or nothing.
    QString runToEnd(ReplayJob& job) {
        job.start();
        if (!QTest::qWaitFor([&] { return isOver(job); }, 20000))
            return QStringLiteral("did not end; waits for: ") + job.waitingFor();
        return job.error() ? job.error()->summary : QString();
    }
    QString runToEnd() { return runToEnd(*makeJob()); }

    qint64 count(ItemState state) { return journal->counts(QStringLiteral("run"))[state]; }
    QStringList order(const QByteArray& queue) const {
        QStringList bodies;
        for (const Message& message : broker.contents(queue))
            bodies << QString::fromUtf8(message.body).mid(8);
        return bodies;
    }

    std::shared_ptr<FakeWorld> world;
    FakeBroker broker;
    std::shared_ptr<FakeJournal> journal;
    ReplayTuning tuning = shortWaits();
    std::function<Result<void>()> mayWrite;
    std::optional<int> limitNow; // as a person resuming the run has it looked up
};

} // namespace signalbox
