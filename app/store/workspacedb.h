// The workspace file: opened, migrated (after a backup) and shared by the small stores. One SQLite connection
// guarded by a mutex serves them all, so every call may come from any thread; the replay journal opens two
// connections of its own through connection(), so that a running replay and the window never wait for each
// other.
#pragma once

#include "app/sql/database.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace signalbox {

class WorkspaceDb {
public:
    struct Options {
        QString migrations = QStringLiteral(":/signalbox/migrations");
        int busyTimeoutMs = 5000;
        bool readOnly = false; // for looking at a file that nobody may change
    };
    // Makes the file (mode 0600) or opens it, and brings it to this program's version. A file of a newer
    // program opens read-only: see notice(). Errors: Storage, Busy, Corrupt (not a workspace, or damaged).
    static Result<std::unique_ptr<WorkspaceDb>> open(const QString& file, const Options& options);
    static Result<std::unique_ptr<WorkspaceDb>> open(const QString& file) { return open(file, Options()); }

    const QString& file() const { return file_; }
    int version() const { return version_; }
    bool isReadOnly() const { return readOnly_; }
    const std::optional<Error>& notice() const { return notice_; } // why it is read-only; kind TooNew
    const QString& backup() const {
        return backup_;
    } // file made before a migration at this opening; else empty

    // Reads: `work` gets the connection and gives a Result; the connection is its alone meanwhile.
    template<class Work>
    auto read(Work work) -> decltype(work(std::declval<Database&>())) {
        const std::scoped_lock lock(mutex_);
        return work(db_);
    }
    // Writes: the same inside one transaction, committed when `work` succeeds. TooNew or NotAllowed when the
    // file is open read-only.
    template<class Work>
    auto write(Work work) -> decltype(work(std::declval<Database&>())) {
        const std::scoped_lock lock(mutex_);
        if (auto allowed = writable(); !allowed)
            return failure(std::move(allowed.error()));
        auto transaction = Transaction::begin(db_);
        if (!transaction)
            return failure(std::move(transaction.error()));
        auto result = work(db_);
        if (!result)
            return result;
        if (auto done = transaction->commit(); !done)
            return failure(std::move(done.error()));
        return result;
    }
    Result<void> writable() const;

    // Another connection to the same file, with the same rights at most.
    Result<Database> connection(Database::Access access) const;

private:
    WorkspaceDb() = default;
    Result<void> migrate(const Options& options);
    Result<void> openReadOnly(const Options& options);
    Result<void> backUp(int version);

    QString file_;
    int busyTimeoutMs_ = 0;
    int version_ = 0;
    bool readOnly_ = false;
    std::optional<Error> notice_;
    QString backup_;
    std::mutex mutex_;
    Database db_;
};

} // namespace signalbox
