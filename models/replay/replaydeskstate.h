// What the desk keeps, and the blocking work behind its futures. Functions here run on the desk's threads and
// touch only thread-safe things.
#pragma once

#include "models/replay/replaydesk.h"

#include <QThreadPool>
#include <atomic>
#include <map>
#include <mutex>

namespace signalbox {

// Serialises this desk's audit lines; jobs write theirs from their own threads.
class DeskAudit {
public:
    DeskAudit(AuditTrail& trail, QString actor)
        : trail_(trail)
        , actor_(std::move(actor)) {}
    Result<void> append(const QString& action, const RunHeader& header, const QString& outcome,
                        const QByteArray& detail = {});
    const QString& actor() const { return actor_; }

private:
    AuditTrail& trail_;
    QString actor_;
    std::mutex mutex_;
};

// Counts of a run as a small JSON object: {"run": id, "planned": 3, ...}.
QByteArray auditDetail(const RunRecord& record);
QByteArray auditDetail(const QString& runId, const ReplayPlan& plan);

// Why a run cannot dead-letter: what is a dead letter already, or too many words.
Result<void> checkDeadLetter(const PlanRequest& request);
// What becomes of the messages of a run, for people.
QString fateText(const PlanRequest& request, const ReplayPlan& plan);

// Everything that outlives a call of the desk; shared with background work and with the jobs' hooks.
struct DeskCore {
    DeskCore(ReplayDesk::Ports given, const QString& actor)
        : ports(std::move(given))
        , audit(ports.audit, actor) {}

    Result<ReplayPlan> plan(PlanRequest& request);
    Result<QString> accept(const PlanRequest& request, const ReplayPlan& plan, WorkProgress& progress);
    Result<QString> acceptRestore(const QString& ofRun, std::vector<qint64> numbers, WorkProgress& progress,
                                  const SendBack& how);
    Result<QString> acceptImport(const EntityRef& queue, const QString& connectionName, const QString& file,
                                 WorkProgress& progress, const SendBack& how);
    Result<std::vector<RunRecord>> unfinished();
    Result<int> opensSince(const EntityRef& queue, const QDateTime& since);
    Result<int> opensAfter(const RunHeader& run); // by runs that were accepted after it
    Result<qint64> removedSince(const EntityRef& queue, const QDateTime& since);
    Result<qint64> inDoubtIn(const EntityRef& queue);
    Result<std::vector<QString>> removedBy(const EntityRef& queue, const QDateTime& readAt,
                                           std::span<const ReadMessage> messages);
    // The same of its place in the queue, see leftItsPlaceBy().
    Result<std::vector<QString>> leftTheirPlaces(const EntityRef& queue, const QDateTime& readAt,
                                                 std::span<const ReadMessage> messages);
    // Empty: none, `except` aside.
    Result<QString> runAtWorkOn(const EntityRef& queue, const QString& except = {});
    // Conflict: another run takes messages from this run's queue, and what it holds would look as if it were
    // gone.
    Result<void> queueIsFree(const RunHeader& run);
    // Conflict: the run was cut off while it was planned.
    static Result<void> isWhole(const RunRecord& run);
    Result<void> decide(const QString& run, std::vector<qint64> numbers, DoubtChoice choice);
    Result<RunRecord> abandon(const QString& run);

    RunHeader newHeader(RunKind kind, const EntityRef& source, const QString& connectionName) const;
    void remember(const RunHeader& header);
    std::optional<RunHeader> remembered(const QString& runId) const;

    ReplayDesk::Ports ports;
    DeskAudit audit;
    std::atomic<bool> closing{false};

private:
    using Judge = QString (*)(const ReadMessage&, const JournalMemory&, const QDateTime&);
    Result<std::vector<QString>> judgeEach(const EntityRef& queue, const QDateTime& readAt,
                                           std::span<const ReadMessage> messages, Judge judge);
    Result<qint64> sumOfRuns(const EntityRef& queue, const std::function<bool(const RunRecord&)>& isTooOld,
                             const std::function<qint64(const RunRecord&)>& counts);
    Result<void> mayGoOn(const WorkProgress& progress) const;
    // Makes the run, marked as being planned and held until the items are written and runIsWhole() was
    // called.
    Result<std::unique_ptr<RunLease>> makeRun(const RunHeader& header);
    Result<void> runIsWhole(const QString& run);
    // Ends runs that were cut off while they were planned, so that they claim nothing.
    Result<void> endTorn(std::span<const RunRecord> runs);
    tl::unexpected<Error> givenUp(const QString& run, Error error);
    Result<ReplayPlan> warnOfPassing(const PlanRequest& request, ReplayPlan plan);
    Result<int> usedDeliveries(const PlanRequest& request);
    Result<void> checkBudget(const PlanRequest& request);
    Result<void> doubtUnanswered(const QString& run);
    Result<std::vector<qint64>> numbersIn(const QString& run, ItemState state, bool withCopy);

    mutable std::mutex mutex_;
    std::map<QString, RunHeader> headers_;
};

struct ReplayDesk::State {
    State(Ports ports, const QString& actor)
        : core(std::make_shared<DeskCore>(std::move(ports), actor)) {}

    std::shared_ptr<DeskCore> core;
    std::map<QString, ReplayJob*> jobs; // children of the desk
    QThreadPool planning;               // one thread: plans, accepting, imports
    QThreadPool reading;                // one thread: short questions never wait behind a long plan
};

} // namespace signalbox
