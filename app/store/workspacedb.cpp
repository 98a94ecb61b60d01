#include "app/store/workspacedb.h"

#include "app/store/migrations.h"

#include <QFileInfo>

namespace signalbox {

namespace {

Database::Options openOptions(Database::Access access, int busyTimeoutMs) {
    Database::Options options;
    options.access = access;
    options.busyTimeoutMs = busyTimeoutMs;
    options.reclaim = true;
    return options;
}

} // namespace

Result<std::unique_ptr<WorkspaceDb>> WorkspaceDb::open(const QString& file, const Options& options) {
    std::unique_ptr<WorkspaceDb> workspace(new WorkspaceDb);
    workspace->file_ = QFileInfo(file).absoluteFilePath();
    workspace->busyTimeoutMs_ = options.busyTimeoutMs;
    if (options.readOnly) {
        if (auto opened = workspace->openReadOnly(options); !opened)
            return failure(std::move(opened.error()));
        return workspace;
    }
    auto db =
        Database::open(workspace->file_, openOptions(Database::Access::ReadWrite, options.busyTimeoutMs));
    if (!db)
        return failure(std::move(db.error()));
    workspace->db_ = std::move(*db);
    if (auto migrated = workspace->migrate(options); !migrated)
        return failure(std::move(migrated.error()));
    // From here on a program that knows less than the file only looks at it.
    if (workspace->notice_) {
        workspace->db_.close();
        if (auto opened = workspace->openReadOnly(options); !opened)
            return failure(std::move(opened.error()));
    }
    return workspace;
}

Result<void> WorkspaceDb::migrate(const Options& options) {
    auto migrations = loadMigrations(options.migrations);
    if (!migrations)
        return failure(std::move(migrations.error()));
    const int newest = migrations->back().version;
    auto version = schemaVersion(db_);
    if (!version)
        return failure(std::move(version.error()));
    if (*version < newest) {
        // A second console may be at the same point: the write lock decides, and the loser finds the work
        // done.
        auto transaction = Transaction::begin(db_);
        if (!transaction)
            return failure(std::move(transaction.error()));
        version = schemaVersion(db_);
        if (!version)
            return failure(std::move(version.error()));
        if (*version > 0 && *version < newest) {
            if (auto done = backUp(*version); !done)
                return done;
        }
        for (const Migration& migration : *migrations) {
            if (migration.version <= *version)
                continue;
            if (auto done = applyMigration(db_, migration, QDateTime::currentDateTimeUtc()); !done)
                return done;
            version = migration.version;
        }
        if (auto done = transaction->commit(); !done)
            return done;
    }
    version_ = *version;
    if (version_ > newest)
        notice_ =
            Error{ErrorKind::TooNew,
                  QStringLiteral("%1 was written by a newer Signalbox and is open for reading only. Update "
                                 "Signalbox to change it.")
                      .arg(file_),
                  QStringLiteral("The file has version %1, this program knows version %2.")
                      .arg(version_)
                      .arg(newest)};
    return {};
}

Result<void> WorkspaceDb::openReadOnly(const Options& options) {
    auto db = Database::open(file_, openOptions(Database::Access::ReadOnly, options.busyTimeoutMs));
    // On a read-only disk SQLite cannot make its shared memory; without a pending log nothing is missed.
    if (!db && db.error().kind == ErrorKind::Storage && QFileInfo(file_ + QStringLiteral("-wal")).size() == 0)
        db = Database::open(file_, openOptions(Database::Access::Immutable, options.busyTimeoutMs));
    if (!db)
        return failure(std::move(db.error()));
    db_ = std::move(*db);
    readOnly_ = true;
    auto version = schemaVersion(db_);
    if (!version)
        return failure(std::move(version.error()));
    version_ = *version;
    if (version_ == 0)
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("%1 is empty, not a Signalbox workspace.").arg(file_));
    return {};
}

// The copy is made inside the migration's transaction, so nobody changes the file in between.
Result<void> WorkspaceDb::backUp(int version) {
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString target = QStringLiteral("%1.v%2-%3.backup").arg(file_).arg(version).arg(stamp);
    auto reader = connection(Database::Access::ReadOnly);
    if (!reader)
        return failure(std::move(reader.error()));
    if (auto done = reader->backupTo(target); !done) {
        Error error = std::move(done.error());
        error.summary =
            QStringLiteral("The workspace was not upgraded, because its backup could not be written: %1")
                .arg(error.summary);
        return failure(std::move(error));
    }
    backup_ = target;
    return {};
}

Result<void> WorkspaceDb::writable() const {
    if (!readOnly_)
        return {};
    if (notice_)
        return failure(*notice_);
    return failure(ErrorKind::NotAllowed, QStringLiteral("%1 is open for reading only.").arg(file_));
}

Result<Database> WorkspaceDb::connection(Database::Access access) const {
    if (access == Database::Access::ReadWrite) {
        if (auto allowed = writable(); !allowed)
            return failure(std::move(allowed.error()));
    }
    return Database::open(file_, openOptions(access, busyTimeoutMs_));
}

} // namespace signalbox
