// The versions of the workspace's schema: SQL files NNNN_name.sql, applied forward only, each in the
// transaction that also notes it. Pure loading plus statements on a given connection.
#pragma once

#include "app/sql/database.h"

#include <QDateTime>
#include <vector>

namespace signalbox {

struct Migration {
    int version = 0; // from the file's name; 1, 2, 3 ... without gaps
    QString name;
    QByteArray sql; // for SQLite: words replaced, SQLite's own additions appended
};

// Reads NNNN_name.sql (portable) and NNNN_name.sqlite.sql (additions) of a folder, usually
// ":/signalbox/migrations".
Result<std::vector<Migration>> loadMigrations(const QString& folder);

// 0: an empty file. Corrupt: a database, but not one of ours.
Result<int> schemaVersion(Database& db);

// Applies one inside the caller's transaction.
Result<void> applyMigration(Database& db, const Migration& migration, const QDateTime& now);

} // namespace signalbox
