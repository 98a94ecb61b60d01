// Texts that repeat, kept once: number <-> text. Not thread-safe; one per connection.
#pragma once

#include "app/sql/database.h"

#include <QHash>

namespace signalbox {

class TermTable {
public:
    explicit TermTable(Database& db)
        : db_(db) {}
    Result<qint64> idOf(const QByteArray& text); // added if new
    Result<QByteArray> text(qint64 id);
    void forget(); // after a rollback: numbers given since may not exist

private:
    static constexpr qsizetype cacheLimit = 50000;
    Database& db_;
    Statement find_, add_, read_;
    QHash<QByteArray, qint64> ids_;
    QHash<qint64, QByteArray> texts_;
};

} // namespace signalbox
