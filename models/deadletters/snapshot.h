// Port: one reading of one queue, kept in a local file. Every call blocks and is thread-safe; views reach it
// through SnapshotReader (own thread). Rows are addressed by id; ids survive a refresh.
#pragma once

#include "models/base/result.h"
#include "models/deadletters/where.h"
#include "models/messaging/amqp10.h"
#include "models/messaging/deathfacts.h"
#include "models/messaging/entityref.h"
#include "models/messaging/fingerprint.h"

#include <functional>
#include <map>
#include <span>

namespace signalbox {

enum class Column {
    Position,
    Reason,
    OriginQueue,
    Exchange,
    RoutingKey,
    FirstDeath,
    LastDeath,
    Deaths,
    ExceptionType,
    ExceptionText,
    MessageType,
    MessageId,
    CorrelationId,
    Size,
    Redelivered,
    Attempts,
    Framework,
};
inline constexpr int columnCount = 17;

struct SnapshotInfo {
    QString id; // also the file's stem
    EntityRef source;
    QString connectionName;
    QString queueType; // classic, quorum, stream, imported
    QDateTime takenAt; // UTC, of the newest reading
    qint64 count = 0;
    qint64 bytes = 0;       // of bodies
    bool hasDeaths = false; // a message with death headers among the first thousand
    bool whole = false;     // the reading reached the end of the queue
    bool bodiesKept = true;
    // How often the queue was opened for reading since its messages were stored last: each counts as one more
    // delivery than they tell.
    int unseenReadings = 0;
    QString endReason; // "end of queue", "limit of 500 reached", "cancelled", an error's summary
    bool operator==(const SnapshotInfo&) const = default;
};

struct SnapshotEntry { // one message on its way in
    Message message;
    qint64 streamOffset = -1;
};

struct SnapshotRow { // facts for one table row; no body
    qint64 id = 0;
    qint64 position = 0; // order in the queue at the newest reading, from 1; streams: the offset
    Fingerprint fingerprint;
    int occurrence = 0; // 0 for the first of equal twins, 1 for the second ...
    DeathFacts facts;
    QByteArray exchange, routingKey, messageId, correlationId, contentType; // as delivered
    qint64 size = 0;
    bool redelivered = false;
    bool bodyComplete = true;
    amqp10::State state = amqp10::State::Active; // of Service Bus: scheduled, deferred
    qint64 groupId = 0;
    QString removedBy; // run that removed it since the reading; filled in by those who ask the journal
};

// Which messages these rows are, for those who know what has become of them, and their answer: for each the
// run that removed it, empty = none.
std::vector<ReadMessage> readMessages(std::span<const SnapshotRow> rows);
void setRemovedBy(std::vector<SnapshotRow>& rows, const std::vector<QString>& runs);
// Fills in SnapshotRow::removedBy. Blocks; from any thread.
using RemovalMarker = std::function<Result<void>(std::vector<SnapshotRow>& rows)>;

struct SnapshotQuery {
    Where where;  // empty = all
    QString text; // full text over headers and body; empty = all
    std::optional<qint64> groupId;
    Column sort = Column::Position;
    bool descending = false;
    bool tiesAsInQueue = false; // what is equal in `sort` stays in the queue's order, descending, too; slower
    bool operator==(const SnapshotQuery&) const = default;
};

// Where the next page of ids starts; opaque to callers, default = from the beginning.
struct SnapshotCursor {
    QByteArray key;
    bool atEnd = false;
};

// A search that has to read messages takes its time: its pages may be shorter than asked for, even empty,
// before the end. Only next.atEnd says that there is no more.
struct IdPage {
    std::vector<qint64> ids;
    SnapshotCursor next;
};

struct FailureGroup {
    qint64 id = 0;
    QByteArray signature; // stable over restarts and snapshots, see signature.h
    QString title;        // folded text for people
    QString reason, exceptionType, messageType, origin;
    qint64 count = 0;
    QDateTime firstSeen, lastSeen; // death times, UTC
    bool operator==(const FailureGroup&) const = default;
};

class Snapshot {
public:
    virtual ~Snapshot() = default;
    virtual SnapshotInfo info() const = 0;

    // --- writing: one reader at a time
    // A refresh merges: known messages (fingerprint + occurrence) keep their id, new ones are added, and with
    // finish(whole = true) those not met again are dropped.
    virtual Result<void> beginReading() = 0;
    // Before a reading, which gives what it does not meet a later time: what was removed since the newest one
    // would count as there again. Those rows go; of equal ones the last. Conflict: somebody else is reading.
    virtual Result<void> forgetRemoved(const RemovedByAsk& removedBy) = 0;
    // The queue is open now: what it holds is on its way, and costs a delivery whether it arrives or not. The
    // type as the broker told it: classic, quorum, stream, unknown.
    virtual Result<void> noteOpened(const QString& queueType) = 0;
    virtual Result<void> append(std::span<const SnapshotEntry> entries) = 0;
    virtual Result<void> finish(bool whole, const QString& endReason) = 0;

    // --- reading
    virtual Result<IdPage> ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit) = 0;
    virtual Result<qint64> count(const SnapshotQuery& query) = 0;
    virtual Result<std::vector<SnapshotRow>> rows(std::span<const qint64> ids) = 0;
    virtual Result<Message>
    message(qint64 id) = 0; // Corrupt if the bytes on disk do not fit their fingerprint
    // All of them, with the number and times of the messages that where and text of the query find. Most of
    // these first.
    virtual Result<std::vector<FailureGroup>> groups(const SnapshotQuery& query) = 0;
    // Of messages that the reading has several times: how many there are.
    virtual Result<std::map<Fingerprint, int>> twins() = 0;
    // From any thread: a running read returns Cancelled soon.
    virtual void interrupt() = 0;
};

class SnapshotLibrary {
public:
    virtual ~SnapshotLibrary() = default;
    virtual Result<std::vector<SnapshotInfo>> list() = 0;
    // The snapshot of that queue, made if there is none. `keepBodies` counts for new ones.
    virtual Result<std::shared_ptr<Snapshot>> openFor(const EntityRef& queue, const QString& connectionName,
                                                      const QString& queueType, bool keepBodies) = 0;
    virtual Result<std::shared_ptr<Snapshot>> open(const QString& id) = 0;
    virtual Result<void> remove(const QString& id) = 0;
    // Deletes snapshots older than the retention time; gives how many.
    virtual Result<int> prune(const QDateTime& olderThan) = 0;
};

// Notes of people on failure groups, and pins of queues; kept in the workspace.
struct GroupNote {
    QByteArray signature;
    QString state = QStringLiteral("open"); // open, investigating, fixed, ignored
    QString owner;
    QString note;
    QDateTime changedAt;
    bool operator==(const GroupNote&) const = default;
};

// What shows some of a snapshot's messages, kept under a name.
struct SavedFilter {
    QString name;
    QString where; // text of the where language
    QString words; // all must occur, in headers or body
    bool operator==(const SavedFilter&) const = default;
};

class TriageStore {
public:
    virtual ~TriageStore() = default;
    virtual Result<std::vector<GroupNote>> notes() = 0;
    virtual Result<void> saveNote(const GroupNote& note) = 0;
    // Queues the person marked as holding dead letters (pinned = true) or as not (false).
    virtual Result<std::vector<std::pair<EntityRef, bool>>> pins() = 0;
    virtual Result<void> setPin(const EntityRef& queue, std::optional<bool> pinned) = 0;
    virtual Result<std::vector<SavedFilter>> savedFilters() = 0;    // by name
    virtual Result<void> saveFilter(const SavedFilter& filter) = 0; // removes one that shows everything
};

} // namespace signalbox
