// Small helpers for statements that run once: prepare, bind, step. Any thread that owns the Database.
#pragma once

#include "app/sql/database.h"

#include <QDateTime>
#include <vector>

namespace signalbox {

template<class... Args>
Result<void> runOnce(Database& db, QByteArrayView sql, const Args&... args) {
    auto statement = db.prepare(sql);
    if (!statement)
        return failure(std::move(statement.error()));
    return statement->bindAll(args...).run();
}

// Steps through a statement that is bound already; `row` is called with it for every row and gives a
// Result<void>.
template<class Row>
Result<void> eachRow(Statement& statement, Row row) {
    for (;;) {
        auto more = statement.step();
        if (!more)
            return failure(std::move(more.error()));
        if (!*more)
            break;
        if (Result<void> taken = row(statement); !taken) {
            statement.reset();
            return taken;
        }
    }
    statement.reset();
    return {};
}

template<class Row, class... Args>
Result<void> eachRowOf(Database& db, QByteArrayView sql, Row row, const Args&... args) {
    auto statement = db.prepare(sql);
    if (!statement)
        return failure(std::move(statement.error()));
    statement->bindAll(args...);
    return eachRow(*statement, row);
}

inline qint64 toMs(const QDateTime& time) {
    return time.toMSecsSinceEpoch();
}

inline QDateTime fromMs(qint64 ms) {
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
}

} // namespace signalbox
