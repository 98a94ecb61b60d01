#include "models/deadletters/deadlettertablemerge.h"

#include <QHash>
#include <algorithm>

namespace signalbox {

namespace {

std::vector<qint64> sorted(const QList<qint64>& ids) {
    std::vector<qint64> all(ids.begin(), ids.end());
    if (!std::is_sorted(all.begin(), all.end()))
        std::sort(all.begin(), all.end());
    return all;
}

// Rows whose id is not in `others`, as ranges.
std::vector<RowRange> missing(const QList<qint64>& ids, const std::vector<qint64>& others,
                              QList<qint64>& common) {
    std::vector<RowRange> ranges;
    common.reserve(ids.size());
    for (int row = 0; row < ids.size(); ++row) {
        if (std::binary_search(others.begin(), others.end(), ids.at(row)))
            common.append(ids.at(row));
        else if (!ranges.empty() && ranges.back().first + ranges.back().count == row)
            ++ranges.back().count;
        else
            ranges.push_back({row, 1});
    }
    return ranges;
}

} // namespace

TableMerge mergeRows(const QList<qint64>& before, const QList<qint64>& after) {
    TableMerge merge;
    merge.ids = after;
    if (before.size() <= after.size() && std::equal(before.begin(), before.end(), after.begin())) {
        if (before.size() < after.size()) // the common case: only new rows at the end
            merge.inserted = {
                {static_cast<int>(before.size()), static_cast<int>(after.size() - before.size())}};
        return merge;
    }
    QList<qint64> staying;
    QList<qint64> stayingInOrder;
    merge.removed = missing(before, sorted(after), staying);
    merge.inserted = missing(after, sorted(before), stayingInOrder);
    merge.stepwise =
        std::equal(staying.cbegin(), staying.cend(), stayingInOrder.cbegin(), stayingInOrder.cend()) &&
        merge.removed.size() + merge.inserted.size() <= mergeStepLimit;
    if (merge.stepwise) {
        std::reverse(merge.removed.begin(), merge.removed.end());
        return merge;
    }
    merge.staying = static_cast<int>(stayingInOrder.size());
    merge.arranged = std::move(stayingInOrder);
    for (const RowRange& range : merge.removed)
        merge.arranged += before.sliced(range.first, range.count);
    return merge;
}

std::vector<int> rowsOfIds(const QList<qint64>& ids, const std::vector<qint64>& wanted) {
    std::vector<int> rows(wanted.size(), -1);
    if (wanted.size() <= 8) {
        for (std::size_t i = 0; i < wanted.size(); ++i)
            rows[i] = static_cast<int>(ids.indexOf(wanted[i]));
        return rows;
    }
    QHash<qint64, int> places;
    places.reserve(static_cast<qsizetype>(wanted.size()));
    for (const qint64 id : wanted)
        places.insert(id, -1);
    for (int row = 0; row < ids.size(); ++row) {
        if (const auto place = places.find(ids.at(row)); place != places.end())
            *place = row;
    }
    for (std::size_t i = 0; i < wanted.size(); ++i)
        rows[i] = places.value(wanted[i]);
    return rows;
}

} // namespace signalbox
