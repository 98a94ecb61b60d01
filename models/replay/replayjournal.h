// Port of the replay journal: written ahead of every act, so that a crash leaves nothing unknown but the
// messages it lists as in doubt. Blocking, thread-safe; jobs call it from their worker thread.
#pragma once

#include "models/base/result.h"
#include "models/replay/replayplan.h"

#include <span>

namespace signalbox {

// planned -> saved (copy on disk; may have been published from here on) -> confirmed -> removed
enum class ItemState : int {
    Planned = 0,
    Refused = 1,   // by the plan; never touched
    Published = 2, // copy saved byte-exact, then handed to the socket: no answer yet
    Confirmed = 3, // broker confirmed, original not yet removed
    Removed = 4,   // done: original removed (delete and purge: copy saved, original removed)
    Returned = 5,  // unroutable at the broker; original kept
    Rejected = 6,  // broker refused the publish; original kept
    InDoubt = 7,   // published without an answer (crash or lost link); original kept; a person decides
    Missing = 8,   // not met in the queue: somebody else took it
    Cancelled = 9, // run ended before its turn; original kept
    Saved = 10,    // delete, purge: copy on disk, original not yet removed; restore, import: not yet sent
};
QString itemStateWord(ItemState state);
// How the reason of an item begins that was sent without an answer and that a person then decided on; it
// stays so until the item is settled. The store finds such items by it.
inline constexpr QLatin1StringView decidedDoubt{"in doubt;"};
// Of an item of a run that is over: what was asked for was not done.
bool isLeftOver(ItemState state);

enum class RunState : int { Planned = 0, Running = 1, Paused = 2, Finished = 3, Cancelled = 4, Failed = 5 };
QString runStateWord(RunState state);
// End reason of a planned run whose items are still being written. One that nobody holds any more was cut off
// there: it is not whole and must not be started.
inline constexpr QLatin1String beingPlanned("being planned");
bool isOpen(RunState state); // Planned, Running or Paused

struct RunHeader {
    QString id; // uuid
    RunKind kind = RunKind::Replay;
    QString actor;
    QString reason;
    QDateTime createdAt;
    EntityRef source; // restore, import: the queue written to
    QString connectionName;
    QString destination; // for people: "to the origin queue", "exchange orders"
    ReplayOptions options;
    bool sourceIsStream = false;
    QString parentRun; // restore: the run whose copies are restored
    // Of a queue that counts deliveries, when the run was accepted; see openbudget.h.
    int deliveryLimit = -1;    // -1: none, or not known
    int deliveriesBefore = -1; // used by its messages, earlier runs included; -1: not known
    bool operator==(const RunHeader&) const = default;
};

struct RunRecord {
    RunHeader header;
    RunState state = RunState::Planned;
    QDateTime endedAt;
    QString endReason;
    int sourceOpens = 0; // how often it has opened its queue
    std::map<ItemState, qint64> counts;
    bool operator==(const RunRecord&) const = default;
};

bool sends(RunKind kind); // all but delete, dead-letter and purge
bool reads(RunKind kind); // takes messages from a queue or a stream: all but restore and import
// Why the copies of such a run are not sent back; empty: they can be, as far as there are any.
QString whyNotRestorable(const RunHeader& header);
// Something was saved, sent or removed by the run already.
bool isTouched(const RunRecord& record);
// To be resumed, decided on or ended, while no live process holds the run's lease: open and touched, or ended
// with a message whose fate is open. A run that failed can end so: a full disk keeps answers from being
// noted.
bool isUnfinished(const RunRecord& record);

// Whether an item of a run keeps its message from being planned again.
enum class ItemHold {
    None,
    Claimed, // the run goes on with it when it is resumed
    InDoubt, // the run is over, it was sent without an answer and nobody has decided
};
ItemHold holdOf(const RunHeader& header, RunState run, ItemState item);

struct ItemRecord {
    PlanItem plan; // without `edited` unless asked for by item()
    ItemState state = ItemState::Planned;
    QString reason; // refusal, broker's words
    QDateTime changedAt;
    bool hasCopy = false;
    QString messageId; // of the saved copy; only where asked for by addMessageIds()
};

struct SavedCopy {
    qint64 number = 0;
    const Message* original = nullptr; // byte-exact
    // Both made already by the engine; a store takes them instead of making them again.
    QByteArray encodedProperties; // encodeProperties(original->properties); empty = not given
    std::optional<Fingerprint> fingerprint;
};

struct JournalMark {
    ItemState state = ItemState::Planned;
    std::vector<qint64> numbers;
    QString reason;
};

// What became true since the last write. Marks first, in order, then the copies.
struct JournalStep {
    std::span<const JournalMark> marks;
    std::span<const SavedCopy> copies;
    ItemState copiesNext = ItemState::Published;
};

class RunLease { // held while a process works on a run; released by its destructor
public:
    virtual ~RunLease() = default;
};

class ReplayJournal {
public:
    virtual ~ReplayJournal() = default;

    // --- planning
    virtual Result<JournalMemory> memory(const EntityRef& source,
                                         std::span<const Fingerprint> fingerprints) = 0;
    virtual Result<void> createRun(const RunHeader& header) = 0;
    virtual Result<void> addItems(const QString& run, std::span<const PlanItem> items) = 0;
    // Restore: copies the saved messages of `fromRun` (items in `numbers`, empty = all) into `run` as Saved.
    virtual Result<qint64> addCopiesOf(const QString& run, const QString& fromRun,
                                       std::span<const qint64> numbers) = 0;
    // Takes back createRun() of a run that never got an item; one that has some stays.
    virtual Result<void> dropEmptyRun(const QString& run) = 0;
    // Import and restore: items whose bytes come from the caller; state Saved.
    virtual Result<void> addSavedItems(const QString& run, std::span<const PlanItem> items,
                                       std::span<const Message> messages) = 0;

    // --- running; each call is one transaction, durable when it returns
    virtual Result<std::unique_ptr<RunLease>>
    lease(const QString& run) = 0; // Conflict: another process works on it
    // Saves copies and sets Published (replay) or Saved (delete, purge) in one step: the write ahead.
    // An item that has no row yet (purge meets messages as they come) gets one; a copy that is there already
    // (sent again after a doubt) is replaced.
    virtual Result<void> saveCopies(const QString& run, std::span<const SavedCopy> copies,
                                    ItemState next) = 0;
    virtual Result<void> mark(const QString& run, std::span<const qint64> numbers, ItemState state,
                              const QString& reason = {}) = 0;
    // All of a step; a store that can does it in one transaction (one flush to disk per batch). The default
    // calls mark() and saveCopies() one after the other, which is as safe, but slower.
    virtual Result<void> write(const QString& run, const JournalStep& step);
    virtual Result<void> setRunState(const QString& run, RunState state, const QString& reason = {}) = 0;
    // One more opening of the run's queue (not of a stream), written before it begins: each can cost the
    // messages one delivery of the queue's limit, whatever becomes of the process.
    virtual Result<void> noteSourceOpen(const QString& run) = 0;

    // --- reading
    virtual Result<std::vector<RunRecord>> runs(const QString& search, int limit) = 0; // newest first
    // Of this queue alone; newest first. Spares what a search looks through.
    virtual Result<std::vector<RunRecord>> runsOf(const EntityRef& queue, int limit) = 0;
    virtual Result<RunRecord> run(const QString& id) = 0;    // id or an unambiguous prefix of it
    virtual Result<std::vector<RunRecord>> unfinished() = 0; // no live process holds them
    virtual Result<std::vector<ItemRecord>> items(const QString& run, std::optional<ItemState> state,
                                                  qint64 afterNumber, int limit) = 0;
    virtual Result<ItemRecord> item(const QString& run, qint64 number) = 0; // with `edited`
    // Fills in `messageId` where a copy is kept: for the rows a person looks at, not for a million.
    virtual Result<void> addMessageIds(const QString& run, std::span<ItemRecord> items) = 0;
    // Items in that state that came into it at or after `since`.
    virtual Result<qint64> countSince(const QString& run, ItemState state, const QDateTime& since) = 0;
    virtual Result<Message> copy(const QString& run, qint64 number) = 0;
    // Deletes saved copies of ended runs older than that; history rows stay. Gives how many.
    virtual Result<qint64> pruneCopies(const QDateTime& olderThan) = 0;
};

} // namespace signalbox
