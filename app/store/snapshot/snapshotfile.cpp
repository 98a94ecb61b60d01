#include "app/store/snapshot/snapshotfile.h"

#include <QFileInfo>
#include <algorithm>
#include <sqlite3.h>

namespace signalbox::snapshotfile {

namespace {

constexpr const char* schema = R"sql(
CREATE TABLE snapshot(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    id TEXT NOT NULL, connection_id TEXT NOT NULL, space TEXT NOT NULL, name TEXT NOT NULL,
    connection_name TEXT NOT NULL, queue_type TEXT NOT NULL, taken_at INTEGER NOT NULL, rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL, whole INTEGER NOT NULL, bodies_kept INTEGER NOT NULL, end_reason TEXT NOT NULL,
    generation INTEGER NOT NULL, indexed_to INTEGER NOT NULL, last_id INTEGER NOT NULL,
    unseen_readings INTEGER NOT NULL DEFAULT 0);
-- One row per message; texts that repeat are numbers of `term`. Times are ms since 1970 UTC, NULL = unknown.
CREATE TABLE facts(
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, flags INTEGER NOT NULL, group_id INTEGER NOT NULL,
    reason INTEGER NOT NULL, origin INTEGER NOT NULL, exchange INTEGER NOT NULL, routing_key INTEGER NOT NULL,
    exception_type INTEGER NOT NULL, message_type INTEGER NOT NULL, framework INTEGER NOT NULL,
    first_death INTEGER, last_death INTEGER, deaths INTEGER NOT NULL, size INTEGER NOT NULL,
    attempts INTEGER NOT NULL, delivered_exchange INTEGER NOT NULL, delivered_key INTEGER NOT NULL,
    content_type INTEGER NOT NULL, occurrence INTEGER NOT NULL, fingerprint BLOB NOT NULL,
    message_id TEXT NOT NULL, correlation_id TEXT NOT NULL, error TEXT NOT NULL);
-- body NULL: not kept. digest: fingerprint of what is stored, where that is not the whole message.
CREATE TABLE content(id INTEGER PRIMARY KEY, properties BLOB NOT NULL, body BLOB, digest BLOB);
CREATE TABLE term(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE failure_group(
    id INTEGER PRIMARY KEY, signature BLOB NOT NULL UNIQUE, title TEXT NOT NULL, reason TEXT NOT NULL,
    exception_type TEXT NOT NULL, message_type TEXT NOT NULL, origin TEXT NOT NULL, messages INTEGER NOT NULL,
    first_seen INTEGER, last_seen INTEGER);
-- Columns and sort orders of a finished reading as plain arrays.
CREATE TABLE column_data(name TEXT PRIMARY KEY, generation INTEGER NOT NULL, rows INTEGER NOT NULL, data BLOB);
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0, tokenize='ascii');
INSERT INTO words(words, rank) VALUES('hashsize', 50331648), ('automerge', 0), ('crisismerge', 100);
)sql";

// Order of people: case does not count. Fast where both are ASCII.
int foldedOrder(void*, int leftSize, const void* left, int rightSize, const void* right) {
    const auto* a = static_cast<const unsigned char*>(left);
    const auto* b = static_cast<const unsigned char*>(right);
    const int common = std::min(leftSize, rightSize);
    const auto lower = [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : static_cast<int>(c); };
    for (int i = 0; i < common; ++i) {
        if ((a[i] | b[i]) >= 128) {
            return QString::fromUtf8(static_cast<const char*>(left), leftSize)
                .compare(QString::fromUtf8(static_cast<const char*>(right), rightSize), Qt::CaseInsensitive);
        }
        if (const int order = lower(a[i]) - lower(b[i]); order != 0)
            return order;
    }
    return leftSize - rightSize;
}

// Version 2 also counts readings whose messages were not seen.
Result<void> renewVersion1(Database& db) {
    auto transaction = Transaction::begin(db);
    if (!transaction)
        return failure(transaction.error());
    const auto again = db.number("PRAGMA user_version"); // another program may have been faster
    if (!again)
        return failure(again.error());
    if (*again == 1) {
        auto done = db.execute("ALTER TABLE snapshot ADD COLUMN unseen_readings INTEGER NOT NULL DEFAULT 0;"
                               "PRAGMA user_version=2");
        if (!done)
            return done;
    }
    return transaction->commit();
}

Result<Database> prepared(const QString& file, bool make) {
    Database::Options options;
    options.durability = Database::Durability::Off; // a power cut costs the reading, never the queue
    options.cacheKib = 16 * 1024;
    options.pageSize = 8192;
    auto db = Database::open(file, options);
    if (!db)
        return db;
    sqlite3_create_collation_v2(db->handle(), "FOLDED", SQLITE_UTF8, nullptr, foldedOrder, nullptr);
    const auto found = db->number("PRAGMA user_version");
    if (!found)
        return failure(found.error());
    if (*found > version)
        return failure(ErrorKind::TooNew,
                       QStringLiteral("The snapshot %1 was written by a newer Signalbox.").arg(file));
    if (*found == 0 && make) {
        auto transaction = Transaction::begin(*db);
        if (!transaction)
            return failure(transaction.error());
        const auto again = db->number("PRAGMA user_version"); // another program may have been faster
        if (again && *again == 0) {
            auto done = db->execute(schema);
            if (done)
                done = db->execute("PRAGMA user_version=" + QByteArray::number(version));
            if (!done)
                return failure(done.error());
            if (auto committed = transaction->commit(); !committed)
                return failure(committed.error());
        }
    } else if (*found == 1) {
        if (auto done = renewVersion1(*db); !done)
            return failure(done.error());
    } else if (*found != version) {
        return failure(ErrorKind::Corrupt, QStringLiteral("%1 is not a snapshot of this version.").arg(file));
    }
    // Larger steps between check points: a page that many batches touch is copied once.
    if (auto done = db->execute("PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864"); !done)
        return failure(done.error());
    return db;
}

} // namespace

Result<Database> open(const QString& file) {
    return prepared(file, true);
}

Result<Database> openExisting(const QString& file) {
    if (!QFileInfo::exists(file))
        return failure(ErrorKind::NotFound, QStringLiteral("There is no snapshot %1.").arg(file));
    return prepared(file, false);
}

Result<std::optional<SnapshotState>> read(Database& db) {
    auto query =
        db.prepare("SELECT id, connection_id, space, name, connection_name, queue_type, taken_at, rows,"
                   " bytes, whole, bodies_kept, end_reason, generation, indexed_to, last_id,"
                   " unseen_readings FROM snapshot");
    if (!query)
        return failure(query.error());
    const auto row = query->step();
    if (!row)
        return failure(row.error());
    if (!*row)
        return std::optional<SnapshotState>();
    SnapshotState state;
    SnapshotInfo& info = state.info;
    info.id = query->text(0);
    info.source = {query->text(1), query->text(2), query->text(3)};
    info.connectionName = query->text(4);
    info.queueType = query->text(5);
    info.takenAt = QDateTime::fromMSecsSinceEpoch(query->int64(6), Qt::UTC);
    info.count = query->int64(7);
    info.bytes = query->int64(8);
    info.whole = query->int64(9) != 0;
    info.bodiesKept = query->int64(10) != 0;
    info.endReason = query->text(11);
    state.generation = query->int64(12);
    state.indexedTo = query->int64(13);
    state.lastId = query->int64(14);
    info.unseenReadings = query->integer(15);
    const auto died =
        db.number("SELECT EXISTS (SELECT 1 FROM (SELECT deaths FROM facts LIMIT 1000) WHERE deaths > 0)");
    if (!died)
        return failure(died.error());
    info.hasDeaths = *died != 0;
    return std::optional<SnapshotState>(std::move(state));
}

Result<void> write(Database& db, const SnapshotState& state) {
    auto query =
        db.prepare("INSERT OR REPLACE INTO snapshot(one, id, connection_id, space, name, connection_name,"
                   " queue_type, taken_at, rows, bytes, whole, bodies_kept, end_reason, generation,"
                   " indexed_to, last_id, unseen_readings)"
                   " VALUES(1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!query)
        return failure(query.error());
    const SnapshotInfo& info = state.info;
    query->bindAll(info.id, info.source.connectionId, info.source.space, info.source.name,
                   info.connectionName, info.queueType, info.takenAt.toMSecsSinceEpoch(), info.count,
                   info.bytes, int(info.whole), int(info.bodiesKept), info.endReason, state.generation,
                   state.indexedTo, state.lastId, info.unseenReadings);
    return query->run();
}

} // namespace signalbox::snapshotfile
