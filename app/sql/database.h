// One connection to one SQLite file. Used by one thread at a time (callers guard it), except interrupt().
// Files are made with mode 0600 before anything is written; -wal and -shm inherit it.
#pragma once

#include "app/sql/statement.h"

#include <functional>

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;

namespace signalbox {

// What a custom SQL function sees of one call: its arguments (from 0) and where its result goes.
class FunctionCall {
public:
    int count() const { return count_; }
    bool isNull(int argument) const;
    qint64 int64(int argument) const;
    double real(int argument) const;
    QByteArrayView bytes(int argument) const; // blob, or text as UTF-8; valid during the call

    void resultNull();
    void result(qint64 value);
    void result(double value);
    void resultText(QByteArrayView utf8);
    void resultBlob(QByteArrayView bytes);
    void resultError(const QString& words); // the statement fails

private:
    friend class Database;
    FunctionCall(sqlite3_context* context, int count, sqlite3_value** arguments)
        : context_(context)
        , count_(count)
        , arguments_(arguments) {}
    sqlite3_context* context_;
    int count_;
    sqlite3_value** arguments_;
};
using SqlFunction = std::function<void(FunctionCall&)>;

class Database {
public:
    enum class Access {
        ReadWrite, // made if missing
        ReadOnly,  // NotFound if missing; another program may write meanwhile
        Immutable, // read-only without any lock or -shm: for read-only disks; nobody may write meanwhile
    };
    enum class Durability {
        Full,   // a commit is on disk when it returns
        Normal, // WAL: a power cut may lose the newest commits, never the file
        Off,    // scratch files only
    };
    struct Options {
        Access access = Access::ReadWrite;
        bool wal = true; // write-ahead log: readers and the writer do not wait for each other
        int busyTimeoutMs = 5000;
        Durability durability = Durability::Full;
        int cacheKib = 0;     // page cache; 0 = SQLite's default (2 MiB)
        int pageSize = 0;     // bytes, new files only; 0 = 4096
        bool reclaim = false; // new files only: lets "PRAGMA incremental_vacuum" give free pages back
    };
    static Result<Database> open(const QString& file, const Options& options);
    static Result<Database> open(const QString& file) { return open(file, Options()); }

    Database() = default; // closed
    Database(Database&& other) noexcept;
    Database& operator=(Database&& other) noexcept;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();
    void close();
    bool isOpen() const { return db_ != nullptr; }

    Result<void> execute(const char* sql); // one statement or several; rows are dropped
    Result<void> execute(const QByteArray& sql) { return execute(sql.constData()); }
    Result<Statement> prepare(QByteArrayView sql); // exactly one statement
    Result<qint64> number(const char* sql);        // first column of the first row; 0 without a row
    Result<QString> words(const char* sql);        // the same as text
    qint64 changes() const;                        // rows changed by the last statement
    qint64 lastInsertId() const;

    // From any thread while the Database lives: the statement running now fails with Cancelled. A statement
    // that starts later is not touched.
    void interrupt();

    // `arguments` = -1: any number. Deterministic functions give the same result for the same arguments.
    Result<void> addFunction(const char* name, int arguments, SqlFunction function,
                             bool deterministic = true);

    // A whole copy of what is committed now, made beside running readers and writers. `target` must not
    // exist; on an error it is removed again.
    Result<void> backupTo(const QString& target);

    QString file() const;
    sqlite3* handle() const { return db_; }

private:
    explicit Database(sqlite3* db)
        : db_(db) {}
    Result<void> configure(const Options& options);
    Result<void> useWal(int busyTimeoutMs);
    sqlite3* db_ = nullptr;
};

// Makes an empty file with mode 0600, or tightens the mode of an existing one. On systems without modes it
// only makes the file.
Result<void> ensurePrivateFile(const QString& file);

} // namespace signalbox
