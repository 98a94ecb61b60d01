// One operator at work on a real broker: reads a queue into a snapshot, plans with the broker's structure and
// the facts of the messages, accepts and carries out, all by the product's own parts. Two of them on one
// workspace file are two programs. Main thread, which must turn its event loop.
#pragma once

#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "app/store/sqlaudittrail.h"
#include "app/store/sqlreplayjournal.h"
#include "models/base/clock.h"
#include "models/messaging/brokergateway.h"
#include "models/messaging/conventions.h"
#include "models/replay/replaydesk.h"

#include <QTemporaryDir>

namespace signalbox::live {

class LiveDesk {
public:
    // The gateway's connection id is "test"; `user` is what it connects as.
    LiveDesk(std::unique_ptr<BrokerGateway> gateway, QString user, QString workspaceFile);
    ~LiveDesk();
    LiveDesk(const LiveDesk&) = delete;
    LiveDesk& operator=(const LiveDesk&) = delete;
    LiveDesk(LiveDesk&&) = delete;
    LiveDesk& operator=(LiveDesk&&) = delete;

    Result<void> open(); // the link is up when it returns

    // Every message of the queue as the snapshot has it, in queue order.
    Result<std::vector<PlanInput>> read(const QString& queue);
    Result<std::vector<PlanInput>> readStream(const QString& queue, const StreamStart& from);

    // Everything the console would give to the desk for these messages; the broker's structure is asked for.
    Result<PlanRequest> request(RunKind kind, const QString& queue, std::vector<PlanInput> inputs,
                                const ReplayOptions& options);
    Result<ReplayPlan> plan(const PlanRequest& request);
    Result<QString> accept(const PlanRequest& request, const ReplayPlan& plan); // the run's id
    // Plan and accept in one; the plan is in lastPlan().
    Result<QString> prepare(const QString& queue, std::vector<PlanInput> inputs,
                            const ReplayOptions& options = {});
    Result<QString> prepareDelete(const QString& queue, std::vector<PlanInput> inputs);
    const ReplayPlan& lastPlan() const { return plan_; }

    Result<ReplayJob*> start(const QString& run);
    Result<RunRecord> ended(const QString& run);    // waits for it
    Result<RunRecord> carryOut(const QString& run); // start() and ended()
    Result<RunRecord> purge(const QString& queue);
    // Without copies.
    Result<ReplayJob*> startBarePurge(const QString& queue);
    Result<RunRecord> purgeBarely(const QString& queue);
    Result<RunRecord> restore(const QString& ofRun);

    ReplayDesk& desk() { return *desk_; }
    BrokerGateway& gateway() { return *gateway_; }
    ReplayJournal& journal() { return *journal_; }
    DeathFacts factsOf(const Message& message) const { return deathFacts(message, conventions_); }

private:
    Result<std::vector<PlanInput>> read(const SourceOptions& options, bool isStream);
    Result<QString> prepare(RunKind kind, const QString& queue, std::vector<PlanInput> inputs,
                            const ReplayOptions& options);

    QString user_;
    QString file_;
    QTemporaryDir snapshots_;
    SystemClock clock_;
    Conventions conventions_;
    std::unique_ptr<WorkspaceDb> workspace_;
    std::shared_ptr<ReplayJournal> journal_;
    std::unique_ptr<SqlAuditTrail> audit_;
    std::unique_ptr<SqlSnapshotLibrary> library_;
    std::unique_ptr<BrokerGateway> gateway_;
    std::unique_ptr<ReplayDesk> desk_;
    ReplayPlan plan_;
};

ReplayOptions toQueue(const QString& queue);
ReplayOptions toOriginExchange();
ReplayOptions toExchange(const QString& exchange, const QString& key = {});

} // namespace signalbox::live
