// A replay desk over fakes: a broker, a journal, an audit trail and a clock, all in memory.
#pragma once

#include "models/replay/replaydesk.h"
#include "tests/models/replay/replayfixture.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakeworkspace.h"

namespace signalbox {

inline const QString connection = QStringLiteral("c1");

template<class T>
Result<T> waitFor(QFuture<Result<T>> future) {
    future.waitForFinished();
    return future.result();
}

inline EntityRef deadQueue() {
    return {connection, QStringLiteral("/"), QStringLiteral("dead")};
}

struct Desk {
    Desk() {
        gateway.sourceMaker = [this](const SourceOptions& options) {
            sourceOptions.push_back(options);
            return f.broker.makeSource(options.queue.name.toUtf8(), options.window);
        };
        gateway.targetMaker = [this](const QString&) { return f.broker.makeTarget(); };
        make();
    }
    void make() {
        desk = std::make_unique<ReplayDesk>(
            ReplayDesk::Ports{f.journal, audit, clock, [](const Message&) { return DeathFacts(); }},
            QStringLiteral("ann@desk"));
    }
    PlanRequest request(const std::vector<int>& numbers) {
        PlanRequest made;
        made.source = deadQueue();
        made.connectionName = QStringLiteral("main");
        made.reason = QStringLiteral("ticket 7");
        made.options.destination.kind = ReplayDestination::Kind::Queue;
        made.options.destination.queue = QStringLiteral("work");
        auto left = std::make_shared<std::vector<int>>(numbers);
        made.next = [left]() -> Result<std::vector<PlanInput>> {
            std::vector<PlanInput> batch;
            while (!left->empty() && batch.size() < 10) {
                PlanInput input;
                input.message = numbered(left->front());
                input.fingerprint = fingerprintOf(input.message);
                batch.push_back(std::move(input));
                left->erase(left->begin());
            }
            return batch;
        };
        return made;
    }
    QString accepted(const std::vector<int>& numbers) {
        auto plan = waitFor(desk->plan(request(numbers)));
        auto run = waitFor(desk->accept(request({}), std::make_shared<const ReplayPlan>(*plan)));
        return run ? *run : QString();
    }
    // Runs to the end; gives the run as the journal has it.
    Result<RunRecord> runToEnd(const QString& run, std::optional<int> limit = std::nullopt) {
        QSignalSpy ended(desk.get(), &ReplayDesk::runEnded);
        auto job = desk->start(run, TestPermit::make(connection), gateway, limit);
        if (!job)
            return failure(job.error());
        if (!QTest::qWaitFor([&] { return ended.count() == 1; }, 10000))
            return failure(ErrorKind::Internal, QStringLiteral("did not end"));
        return f.journal->run(run);
    }

    ReplayFixture f;
    FakeAudit audit;
    FakeClock clock;
    FakeGateway gateway{connection};
    std::vector<SourceOptions> sourceOptions;
    std::unique_ptr<ReplayDesk> desk;
};

} // namespace signalbox
