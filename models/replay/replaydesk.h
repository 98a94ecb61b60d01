// Where runs are planned, accepted, started, resumed and decided on; used alike by the window and the command
// line. Slow work runs on its own thread; lives on the GUI (or main) thread.
#pragma once

#include "models/base/audittrail.h"
#include "models/base/clock.h"
#include "models/base/workprogress.h"
#include "models/messaging/brokergateway.h"
#include "models/replay/replayjob.h"
#include "models/replay/sendback.h"

#include <QFuture>
#include <QThreadPool>
#include <set>

namespace signalbox {

// What a run does to messages it does not want, where they are given only in order.
struct PassingNote {
    QString text;  // a sentence the plan warns with; empty: nothing is passed over
    int used = -1; // most deliveries that one of them has used; -1: there is none
};

struct PlanRequest {
    RunKind kind = RunKind::Replay; // Replay, Delete or DeadLetter (purge needs no plan, see startPurge)
    EntityRef source;
    QString connectionName;
    bool sourceIsStream = false;
    ReplayOptions options;
    RoutingTable routing;
    QString connectionUser;
    QString reason;
    // Of a queue with a delivery limit (-1: none, not known): how many deliveries its messages had used when
    // they were read (-1: not known). Runs since then are added. Called on the desk's thread.
    int deliveryLimit = -1;
    QString limitUnknown; // why it is not known, a sentence the plan warns with; empty = it is known
    std::function<int()> usedDeliveries;
    QDateTime readAt;
    // What becomes of messages in front of the chosen ones (by their ids in the reading); null: nothing. It
    // looks at the delivery limit, too. Asks for messages of the reading whether they have left their place
    // since. Called on the desk's thread.
    std::function<Result<PassingNote>(const std::set<qint64>&, const RemovedByAsk&)> passedOver;
    // Gives the next batch of selected messages in the order they are to be sent; empty = no more. Called on
    // the desk's thread.
    std::function<Result<std::vector<PlanInput>>()> next;
};

enum class DoubtChoice {
    SendAgain,   // may double: sends it in a new attempt of the same run
    TreatAsSent, // removes the original without sending
    Leave,       // leaves the original; the item ends as Cancelled
};

class ReplayDesk : public QObject {
    Q_OBJECT
public:
    struct Ports {
        std::shared_ptr<ReplayJournal> journal;
        AuditTrail& audit;
        const Clock& clock;
        std::function<DeathFacts(const Message&)> facts;
    };
    ReplayDesk(Ports ports, QString actor, QObject* parent = nullptr);
    ~ReplayDesk() override;

    // Dry run: writes nothing. NotAllowed: what the run gives back would be past the delivery limit.
    QFuture<Result<ReplayPlan>> plan(PlanRequest request);
    // Writes the run and its items into the journal and claims the messages. Gives the run id.
    // The plan is shared, not copied: it may have a million items, and the window must not wait for that.
    // `progress`, here and below, may be null; it counts messages written. Cancelled by it: the run stays in
    // the history as one that did nothing.
    QFuture<Result<QString>> accept(PlanRequest request, std::shared_ptr<const ReplayPlan> plan,
                                    SharedProgress progress = {});
    // Starts or resumes a run of the journal. The desk owns the job until it ends. `deliveryLimit`: of its
    // queue as it is now, -1 = none; nothing = not known, then that of the plan counts.
    Result<ReplayJob*> start(const QString& runId, const WritePermit& permit, BrokerGateway& gateway,
                             std::optional<int> deliveryLimit = std::nullopt);
    // Removes every message of a queue, each with a saved copy. `typedName` must be the queue's name.
    // `Copies::None`: without any, which cannot be undone. Unsupported: this broker cannot do that.
    enum class Copies { Kept, None };
    Result<ReplayJob*> startPurge(const QueueInfo& queue, const QString& connectionName,
                                  const QString& typedName, const QString& reason, const WritePermit& permit,
                                  BrokerGateway& gateway, Copies copies = Copies::Kept);
    // Sends saved copies of a delete, purge or replay run back to the queue they came from. Empty = all.
    // `how`: as judgeSendBack() says of the queue.
    QFuture<Result<QString>> acceptRestore(const QString& ofRun, const std::vector<qint64>& numbers,
                                           SharedProgress progress = {}, const SendBack& how = {});
    // Sends messages of an export file to a queue.
    QFuture<Result<QString>> acceptImport(const EntityRef& queue, const QString& connectionName,
                                          const QString& file, SharedProgress progress = {},
                                          const SendBack& how = {});

    ReplayJob* job(const QString& runId) const; // nullptr: not running here
    std::vector<ReplayJob*> jobs() const;

    QFuture<Result<std::vector<RunRecord>>> runs(const QString& search, int limit);
    QFuture<Result<RunRecord>> run(const QString& idOrPrefix);
    // How often runs accepted after that moment opened the queue: each time they gave back what they did not
    // take, which costs a delivery.
    QFuture<Result<int>> opensSince(const EntityRef& queue, const QDateTime& since);
    // The run that takes messages from this queue now, here or in another program; empty: none.
    QFuture<Result<QString>> runAtWorkOn(const EntityRef& queue);
    // How many messages runs accepted after that moment have removed from the queue, less what restores have
    // brought back.
    QFuture<Result<qint64>> removedSince(const EntityRef& queue, const QDateTime& since);
    // How many messages that runs took from this queue are in doubt: their originals may still be in it.
    QFuture<Result<qint64>> inDoubtIn(const EntityRef& queue);
    // For each of these messages of a reading: the run that has removed it since; empty: none has. May be
    // asked from any thread.
    QFuture<Result<std::vector<QString>>> removedBy(const EntityRef& queue, const QDateTime& readAt,
                                                    std::vector<ReadMessage> messages);
    // Messages sent without an answer are in doubt in what this gives.
    QFuture<Result<std::vector<RunRecord>>> unfinished();
    QFuture<Result<std::vector<ItemRecord>>> items(const QString& run, std::optional<ItemState> state,
                                                   qint64 afterNumber, int limit);
    QFuture<Result<ItemRecord>> item(const QString& run, qint64 number);
    QFuture<Result<Message>> copy(const QString& run, qint64 number);
    // Records the decision; start() then carries it out. Conflict: the run is being worked on, or one of the
    // items is not in doubt (any more).
    QFuture<Result<void>> decide(const QString& run, const std::vector<qint64>& numbers, DoubtChoice choice);
    // Ends an accepted or unfinished run that nobody wants to resume: what was not sent is cancelled, what
    // has no answer is in doubt. Gives the run as it is then.
    QFuture<Result<RunRecord>> abandon(const QString& run);

Q_SIGNALS:
    void jobsChanged();
    void runEnded(const QString& runId);

private:
    struct State;
    ReplayJob* adopt(const RunHeader& header, const WritePermit& permit, ReplayJob::Parts parts);
    std::unique_ptr<State> state_;
};

} // namespace signalbox
