// What a refresh changes in a list of ids, worked out beside the GUI thread. Pure.
#pragma once

#include <QList>
#include <optional>
#include <vector>

namespace signalbox {

struct RowRange {
    int first = 0;
    int count = 0;
    bool operator==(const RowRange&) const = default;
};

struct TableMerge {
    QList<qint64> ids; // after the merge
    // Small changes: these ranges go (rows of the old list, last range first), then these come (rows of the
    // new list, first range first), and every other row stays in order.
    bool stepwise = true;
    std::vector<RowRange> removed;
    std::vector<RowRange> inserted;
    // Large changes: the rows that stay, in their new order, and behind them those that go.
    QList<qint64> arranged;
    int staying = 0;
};

inline constexpr std::size_t mergeStepLimit = 24;

TableMerge mergeRows(const QList<qint64>& before, const QList<qint64>& after);

// Rows of some ids in a list; -1 = not there.
std::vector<int> rowsOfIds(const QList<qint64>& ids, const std::vector<qint64>& wanted);

} // namespace signalbox
