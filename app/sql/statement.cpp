#include "app/sql/statement.h"

#include "app/sql/database.h"
#include "app/sql/sqlerror.h"

#include <sqlite3.h>

namespace signalbox {

void Statement::Finalize::operator()(sqlite3_stmt* stmt) const noexcept {
    sqlite3_finalize(stmt);
}

void Statement::note(int code) {
    if (code != SQLITE_OK && bindError_ == SQLITE_OK)
        bindError_ = code;
}

Statement& Statement::bindInt64(int parameter, qint64 value) {
    note(sqlite3_bind_int64(stmt_.get(), parameter, value));
    return *this;
}

Statement& Statement::bind(int parameter, double value) {
    note(sqlite3_bind_double(stmt_.get(), parameter, value));
    return *this;
}

Statement& Statement::bind(int parameter, const QString& text) {
    const QByteArray utf8 = text.toUtf8();
    note(sqlite3_bind_text64(stmt_.get(), parameter, utf8.constData(),
                             static_cast<sqlite3_uint64>(utf8.size()), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bindText(int parameter, QByteArrayView utf8) {
    note(sqlite3_bind_text64(stmt_.get(), parameter, utf8.isNull() ? "" : utf8.data(),
                             static_cast<sqlite3_uint64>(utf8.size()), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bindBlob(int parameter, QByteArrayView bytes) {
    note(sqlite3_bind_blob64(stmt_.get(), parameter, bytes.isNull() ? "" : bytes.data(),
                             static_cast<sqlite3_uint64>(bytes.size()), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bindNull(int parameter) {
    note(sqlite3_bind_null(stmt_.get(), parameter));
    return *this;
}

Result<bool> Statement::step() {
    if (bindError_ != SQLITE_OK) {
        const int code = bindError_;
        reset();
        return failure(sqlError(code, sqlite3_db_handle(stmt_.get())));
    }
    const int code = sqlite3_step(stmt_.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    Error error = sqlError(code, sqlite3_db_handle(stmt_.get()));
    reset();
    return failure(std::move(error));
}

Result<void> Statement::run() {
    for (;;) {
        auto row = step();
        if (!row)
            return failure(std::move(row.error()));
        if (!*row)
            break;
    }
    reset();
    return {};
}

void Statement::reset() {
    sqlite3_reset(stmt_.get());
    sqlite3_clear_bindings(stmt_.get());
    bindError_ = SQLITE_OK;
}

bool Statement::isNull(int column) const {
    return sqlite3_column_type(stmt_.get(), column) == SQLITE_NULL;
}

qint64 Statement::int64(int column) const {
    return sqlite3_column_int64(stmt_.get(), column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(stmt_.get(), column);
}

QDateTime Statement::utcTime(int column) const {
    return isNull(column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(int64(column), Qt::UTC);
}

QString Statement::text(int column) const {
    return QString::fromUtf8(view(column));
}

QByteArray Statement::bytes(int column) const {
    return view(column).toByteArray();
}

QByteArrayView Statement::view(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(stmt_.get(), column));
    return {data, data ? sqlite3_column_bytes(stmt_.get(), column) : 0};
}

Result<Transaction> Transaction::begin(Database& db, Kind kind) {
    auto begun = db.execute(kind == Kind::Immediate ? "BEGIN IMMEDIATE" : "BEGIN");
    if (!begun)
        return failure(std::move(begun.error()));
    return Transaction(db.handle());
}

Transaction::Transaction(Transaction&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)) {}

Transaction::~Transaction() {
    rollback();
}

Result<void> Transaction::commit() {
    const int code = sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        Error error = sqlError(sqlite3_extended_errcode(db_), db_);
        rollback();
        return failure(std::move(error));
    }
    db_ = nullptr;
    return {};
}

void Transaction::rollback() {
    // A full disk may have rolled back already; then there is nothing left to do.
    if (db_ && sqlite3_get_autocommit(db_) == 0)
        sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    db_ = nullptr;
}

} // namespace signalbox
