// The file of one snapshot: tables, versions, what is said about the reading. See
// docs/decisions/snapshot-store.md. Free functions on a Database; the caller guards it.
#pragma once

#include "app/sql/database.h"
#include "models/deadletters/snapshot.h"

namespace signalbox {

struct SnapshotState { // the one row of table `snapshot`
    SnapshotInfo info;
    qint64 generation = 0; // grows when rows that are there change or go; column data of another one is stale
    qint64 indexedTo = 0;  // ids up to here are in the full-text index
    qint64 lastId = 0;     // ids are never used again
    bool bodiesKept() const { return info.bodiesKept; }
};

namespace snapshotfile {

inline constexpr int version = 2;

Result<Database> open(const QString& file);              // made if missing, with tables; TooNew, Corrupt
Result<Database> openExisting(const QString& file);      // NotFound, TooNew, Corrupt
Result<std::optional<SnapshotState>> read(Database& db); // nullopt: a new file
Result<void> write(Database& db, const SnapshotState& state);

} // namespace snapshotfile

} // namespace signalbox
