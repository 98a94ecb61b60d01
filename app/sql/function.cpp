// Custom SQL functions: keeps C++ exceptions out of SQLite's C frames.
#include "app/sql/database.h"
#include "app/sql/sqlerror.h"

#include <exception>
#include <sqlite3.h>

namespace signalbox {

bool FunctionCall::isNull(int argument) const {
    return sqlite3_value_type(arguments_[argument]) == SQLITE_NULL;
}

qint64 FunctionCall::int64(int argument) const {
    return sqlite3_value_int64(arguments_[argument]);
}

double FunctionCall::real(int argument) const {
    return sqlite3_value_double(arguments_[argument]);
}

QByteArrayView FunctionCall::bytes(int argument) const {
    const auto* data = static_cast<const char*>(sqlite3_value_blob(arguments_[argument]));
    return {data, data ? sqlite3_value_bytes(arguments_[argument]) : 0};
}

void FunctionCall::resultNull() {
    sqlite3_result_null(context_);
}

void FunctionCall::result(qint64 value) {
    sqlite3_result_int64(context_, value);
}

void FunctionCall::result(double value) {
    sqlite3_result_double(context_, value);
}

void FunctionCall::resultText(QByteArrayView utf8) {
    sqlite3_result_text64(context_, utf8.isNull() ? "" : utf8.data(),
                          static_cast<sqlite3_uint64>(utf8.size()), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void FunctionCall::resultBlob(QByteArrayView bytes) {
    sqlite3_result_blob64(context_, bytes.isNull() ? "" : bytes.data(),
                          static_cast<sqlite3_uint64>(bytes.size()), SQLITE_TRANSIENT);
}

void FunctionCall::resultError(const QString& words) {
    const QByteArray utf8 = words.toUtf8();
    sqlite3_result_error(context_, utf8.constData(), static_cast<int>(utf8.size()));
}

Result<void> Database::addFunction(const char* name, int arguments, SqlFunction function,
                                   bool deterministic) {
    auto call = [](sqlite3_context* context, int count, sqlite3_value** values) {
        FunctionCall one(context, count, values);
        try {
            (*static_cast<SqlFunction*>(sqlite3_user_data(context)))(one);
        } catch (const std::exception& e) {
            one.resultError(QString::fromUtf8(e.what()));
        }
    };
    auto destroy = [](void* data) { delete static_cast<SqlFunction*>(data); };
    const int flags = SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0);
    // SQLite owns the function from here on, also when this call fails.
    const int code = sqlite3_create_function_v2(
        db_, name, arguments, flags, new SqlFunction(std::move(function)), call, nullptr, nullptr, destroy);
    if (code != SQLITE_OK)
        return failure(sqlError(code, db_));
    return {};
}

} // namespace signalbox
