// One prepared statement, and a transaction that rolls back unless committed. Owned by the thread that uses
// its Database; must die before it.
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <concepts>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace signalbox {

class Database;

// Parameters and columns: parameters count from 1, columns from 0 (as in SQLite). A failed bind is kept and
// given by the next step().
class Statement {
public:
    Statement() = default;

    template<std::integral T>
    Statement& bind(int parameter, T value) {
        return bindInt64(parameter, static_cast<qint64>(value));
    }
    Statement& bind(int parameter, double value);
    Statement& bind(int parameter, const QString& text); // copied
    // Without a copy: the bytes must live until the next reset() or run() returns. A null view binds an empty
    // value, not NULL.
    Statement& bindText(int parameter, QByteArrayView utf8);
    Statement& bindBlob(int parameter, QByteArrayView bytes);
    Statement& bindNull(int parameter);
    // Parameters 1, 2, 3 ... in one go; QByteArray and QByteArrayView are bound as blobs without a copy.
    template<class... Args>
    Statement& bindAll(const Args&... args) {
        int parameter = 0;
        (bindOne(++parameter, args), ...);
        return *this;
    }

    Result<bool> step(); // true: a row is there; false: done. On an error the statement is reset.
    Result<void> run();  // steps to the end, then resets; for statements without rows
    void reset();        // ready to run again; bindings are cleared

    bool isNull(int column) const;
    qint64 int64(int column) const;
    int integer(int column) const { return static_cast<int>(int64(column)); }
    double real(int column) const;
    QString text(int column) const;
    QDateTime utcTime(int column) const;   // from milliseconds since 1970; NULL gives an invalid time
    QByteArray bytes(int column) const;    // a copy, of a blob or of text as UTF-8
    QByteArrayView view(int column) const; // no copy; valid until the next step() or reset()

    bool isValid() const { return stmt_ != nullptr; }
    sqlite3_stmt* handle() const { return stmt_.get(); }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* stmt) const noexcept;
    };
    explicit Statement(sqlite3_stmt* stmt)
        : stmt_(stmt) {}
    Statement& bindInt64(int parameter, qint64 value);
    template<class T>
    void bindOne(int parameter, const T& value) {
        if constexpr (std::is_same_v<T, std::nullptr_t>)
            bindNull(parameter);
        else if constexpr (std::is_convertible_v<const T&, QByteArrayView> && !std::is_same_v<T, QString>)
            bindBlob(parameter, value);
        else
            bind(parameter, value);
    }
    void note(int code);

    std::unique_ptr<sqlite3_stmt, Finalize> stmt_;
    int bindError_ = 0;
};

class Transaction {
public:
    enum class Kind {
        Deferred, // for reading several statements at one moment
        Immediate // for writing: waits for the write lock at the start, so it never fails half-way as busy
    };
    static Result<Transaction> begin(Database& db, Kind kind = Kind::Immediate);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction(); // rolls back unless committed

    Result<void> commit(); // on an error nothing of the transaction stays
    void rollback();

private:
    explicit Transaction(sqlite3* db)
        : db_(db) {}
    sqlite3* db_ = nullptr;
};

} // namespace signalbox
