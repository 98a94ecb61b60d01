// The plan of a run: what goes where, what is refused and why. A pure function of messages, options, the
// broker's structure, the journal's memory and the clock; the job only executes it.
#pragma once

#include "models/messaging/amqp10.h"
#include "models/messaging/deathfacts.h"
#include "models/messaging/fingerprint.h"
#include "models/messaging/routing.h"
#include "models/replay/replayoptions.h"

#include <QDateTime>
#include <QSet>
#include <map>
#include <span>

namespace signalbox {

enum class Refusal {
    None,
    BodyCut,
    BodyNotKept,
    Unroutable,
    UnknownExchange,
    OriginUnknown,
    UserIdMismatch,
    WouldExpireAtOnce,
    AlreadyReplayed,
    ClaimedByOpenRun,
    SameQueue,
    OverLimit,
    Unparsable,
    InDoubt,
    AlreadyRemoved,
    // Of Service Bus.
    TargetMissing,
    TargetDisabled,
    OtherReceivers,
    SessionMissing,
    WouldBeDropped,
    TooLarge,
    NotActive,
    TakesNothing,
};
QString refusalWord(Refusal refusal);                              // stable machine word
QString refusalText(Refusal refusal);                              // one sentence with what to do
QString refusalText(Refusal refusal, const ReplayDestination& to); // the same, by name
std::optional<Refusal> refusalFromWord(const QString& word);

struct PlanInput {
    qint64 snapshotId = 0;
    qint64 position = 0;
    Fingerprint fingerprint;
    int occurrence = 0;
    Message message;
    DeathFacts facts;
    std::optional<Message> edited; // sent instead of the original
    int twins = -1;                // equal messages in the reading, this one included; -1: not known
};

struct JournalMemory {                            // per fingerprint, asked for the planned messages only
    std::map<Fingerprint, qint64> replayedBefore; // how many equal ones earlier runs sent or may have sent
    std::map<Fingerprint, qint64> maybeReplayed;  // of these, sent without an answer and left so by a person
    std::map<Fingerprint, QString> claimedBy;     // id of an unfinished run
    std::map<Fingerprint, QString> inDoubt;       // id of a run that is over and may have sent it
    struct Removal {
        QDateTime at; // when its run was accepted
        QString run;
        bool restored = false; // its copy has been sent back since
        bool operator==(const Removal&) const = default;
    };
    // Equal ones that runs removed. A restore brings back other messages: they take another way in, so a run
    // would not meet them, but the queue has them.
    std::map<Fingerprint, std::vector<Removal>> removed;
};

struct PlanContext {
    RunKind kind = RunKind::Replay; // Delete, DeadLetter: nothing is sent, so little can refuse
    QString runId;                  // written into runHeader
    EntityRef source;
    RoutingTable routing;
    QString connectionUser;
    QDateTime readAt;            // of the messages; what was removed since is not there any more
    bool sourceIsStream = false; // copies: nothing is removed
    int deliveryLimit = -1;      // how often a message may be given back; -1: without a limit, or not known
    QDateTime now;
};

struct PlanItem {
    qint64 number = 0; // 1, 2, 3 ... in the order they are sent
    qint64 snapshotId = 0;
    qint64 position = 0;
    Fingerprint fingerprint;
    int occurrence = 0;
    int twins = -1; // equal messages in the queue when it was planned, this one included; -1: not known
    Refusal refusal = Refusal::None;
    QString session;     // of Service Bus: the one the original belongs to; null: none
    QString note;        // particulars of the refusal or a warning
    QByteArray exchange; // where it will be published
    QByteArray routingKey;
    QStringList receivers; // queues that will get a copy; empty and receiversKnown = false: not known
    bool receiversKnown = false;
    QStringList changes;           // header and property changes, for people: "removes x-death", ...
    std::optional<Message> edited; // with changes not yet applied
    amqp10::State state =
        amqp10::State::Active; // not Active: it is reached by its number. Not in the journal
    bool operator==(const PlanItem&) const = default;
};

struct ReplayPlan {
    ReplayOptions options;
    EntityRef source;
    std::vector<PlanItem> items;
    qint64 sendable = 0;
    qint64 bytes = 0; // of their bodies
    // Service Bus: most deliveries used by a message that is taken along without being chosen; -1: there is
    // none. Nothing: nobody looked.
    std::optional<int> passedUsed;
    qint64 lastDelivery = 0; // sendable ones that may not be given back again
    qint64 deferred = 0;     // of the sendable ones
    qint64 scheduled = 0;
    qint64 refused = 0;
    std::map<QString, qint64> receivers; // queue -> copies
    std::map<Refusal, qint64> refusals;
    QStringList warnings; // "three queues will get a copy", "x-death is kept: ..."
    QSet<QString> busIds; // Service Bus: what this run sends to entities that detect duplicates
    bool operator==(const ReplayPlan&) const = default;
};

// Not part of the run: the limit that was asked for is reached before it, or it is gone already.
inline bool isLeftOut(Refusal refusal) {
    return refusal == Refusal::OverLimit || refusal == Refusal::AlreadyRemoved;
}
qint64 refusedAs(const ReplayPlan& plan, Refusal refusal);
// Refusals other than what is left out.
qint64 refusedForCause(const ReplayPlan& plan);

// Plans a batch; call repeatedly with the growing plan for large selections.
void planBatch(ReplayPlan& plan, const PlanContext& context, std::span<const PlanInput> batch,
               const JournalMemory& memory);

// The run that removed this message after the queue was read; empty: none has, or it was restored. Of equal
// ones the first are taken to be the removed ones: they are the same bytes.
QString removedBy(const ReadMessage& message, const JournalMemory& memory, const QDateTime& readAt);
// The same of its place in the queue: what was restored came back at the end.
QString leftItsPlaceBy(const ReadMessage& message, const JournalMemory& memory, const QDateTime& readAt);

// Refuses what another run has, may have sent, or has removed since the reading; true when it did.
// `runId` is the run planned for.
bool refuseTaken(PlanItem& item, const JournalMemory& memory, const QString& runId, const QDateTime& readAt);

// Entry of PlanItem::changes of every item that has an edited message; the job relies on it.
QString editedChange();

// The message as it goes out for a sendable item: options applied to the original (or edited) message.
// Pure; the journal keeps the original.
Message outgoingMessage(const Message& original, const DeathFacts& facts, const ReplayOptions& options,
                        const QString& runId);

} // namespace signalbox
