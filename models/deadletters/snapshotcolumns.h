// The columns of a snapshot: their stable words, types and values. One place, so that table, filter and store
// agree on what a column means. Pure.
#pragma once

#include "models/deadletters/snapshot.h"

#include <QVariant>

namespace signalbox {

enum class ColumnType {
    Text,
    Number,
    Size, // bytes
    Time, // milliseconds since 1970 UTC
    Flag,
};

// "reason", "queue", "last_death" ...: the words of filters, of `--json` and of saved settings.
QString columnWord(Column column);
// Also knows the other names a filter may use ("origin", "exception_text"); any case.
std::optional<Column> columnFromWord(QStringView word);
ColumnType columnType(Column column);

// Where a message was first published to: exchange and first key of the origin where it is known, else as
// delivered.
QString shownExchange(const DeathFacts& facts, const QByteArray& delivered);
QString shownRoutingKey(const DeathFacts& facts, const QByteArray& delivered);

// Value of a column: QString, qint64, QDateTime (invalid = unknown) or bool.
QVariant columnValue(const SnapshotRow& row, Column column);

} // namespace signalbox
