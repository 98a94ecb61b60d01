// An order of the messages of a reading, by one of its columns; in words for command lines and records.
#pragma once

#include "models/deadletters/snapshot.h"

namespace signalbox {

struct SortOrder {
    Column column = Column::Position;
    bool descending = false;
    bool isQueues() const { return column == Column::Position && !descending; }
    bool operator==(const SortOrder&) const = default;
};

// "last_death", "last_death asc", "last_death desc", in any case; "position" is the queue's own. Invalid
// names the columns.
Result<SortOrder> sortOrderFromText(const QString& text);
// Empty for the queue's own.
QString sortOrderText(const SortOrder& order);

} // namespace signalbox
