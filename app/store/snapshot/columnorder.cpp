// Sort orders of ColumnStore: read from the file where they are saved, else made.
#include "app/store/snapshot/columnstore.h"
#include "app/store/snapshot/snapshotentry.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace signalbox {

Result<const SlotOrder*> ColumnStore::order(Column column) {
    CachedOrder& cached = orders_.at(static_cast<std::size_t>(column));
    cached.used = ++use_;
    if (cached.known && cached.rows == size())
        return cached.byId ? nullptr : &cached.slots;
    cached = {};
    cached.used = use_;
    if (saved_) {
        auto saved =
            db_.prepare("SELECT data FROM column_data WHERE name = ? AND generation = ? AND rows = ?");
        if (!saved)
            return failure(saved.error());
        const QByteArray name = "order " + QByteArray::number(static_cast<int>(column));
        saved->bindText(1, name).bind(2, generation_).bind(3, size());
        const auto row = saved->step();
        if (!row)
            return failure(row.error());
        cached.byId = *row && saved->view(0).isEmpty();
        if (*row && size() > 0 && saved->view(0).size() == static_cast<qsizetype>(size() * sizeof(qint32))) {
            cached.slots.resize(size());
            std::memcpy(cached.slots.data(), saved->view(0).data(), size() * sizeof(qint32));
            // A damaged file must not lead outside the arrays.
            const auto outside = [this](qint32 slot) {
                return slot < 0 || static_cast<std::size_t>(slot) >= size();
            };
            if (std::any_of(cached.slots.begin(), cached.slots.end(), outside))
                cached.slots.clear();
        }
    }
    if (cached.slots.empty() && !cached.byId) {
        auto made = makeOrder(column);
        if (!made)
            return failure(made.error());
        cached.slots = std::move(*made);
        cached.byId = std::is_sorted(cached.slots.begin(), cached.slots.end());
        if (cached.byId)
            cached.slots = {};
    }
    cached.rows = size();
    cached.known = true;
    return cached.byId ? nullptr : &cached.slots;
}

Result<SlotOrder> ColumnStore::makeOrder(Column column) {
    const auto where = fieldOf(column);
    if (!where)
        return textOrder(QByteArray(textColumnOf(column)) + " COLLATE FOLDED, " + textColumnOf(column) +
                         ", id");
    const auto values = field(*where);
    if (!values)
        return failure(values.error());
    if (isTerm(*where))
        return termOrder(*where);
    if (*where != Field::Flags)
        return numberOrder(**values);
    SlotOrder slots;
    slots.reserve(size());
    for (const int wanted : {0, flagRedelivered}) {
        for (std::size_t slot = 0; slot < size(); ++slot) {
            if ((static_cast<int>((*values)->narrow[slot]) & flagRedelivered) == wanted)
                slots.push_back(static_cast<qint32>(slot));
        }
    }
    return slots;
}

SlotOrder ColumnStore::numberOrder(const FieldData& data) const {
    std::vector<std::pair<qint64, qint32>> pairs(size());
    for (std::size_t slot = 0; slot < pairs.size(); ++slot)
        pairs[slot] = {data.at(slot), static_cast<qint32>(slot)};
    if (!std::is_sorted(pairs.begin(), pairs.end()))
        std::sort(pairs.begin(), pairs.end());
    SlotOrder slots(pairs.size());
    std::transform(pairs.begin(), pairs.end(), slots.begin(), [](const auto& pair) { return pair.second; });
    return slots;
}

Result<std::vector<qint32>> ColumnStore::termRanks() {
    auto terms = db_.prepare("SELECT id FROM term ORDER BY text COLLATE FOLDED, text, id");
    if (!terms)
        return failure(terms.error());
    std::vector<qint32> rankOf;
    qint32 ranks = 0;
    for (;;) {
        const auto row = terms->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            break;
        const auto id = static_cast<std::size_t>(terms->int64(0));
        if (rankOf.size() <= id)
            rankOf.resize(id + 1, 0);
        rankOf[id] = ranks++;
    }
    return rankOf;
}

// Terms are ranked once, rows are counted into their places.
Result<SlotOrder> ColumnStore::termOrder(Field where) {
    const auto found = termRanks();
    if (!found)
        return failure(found.error());
    const std::vector<qint32>& rankOf = *found;
    const std::vector<qint32>& values = data(where).narrow;
    const auto rank = [&](std::size_t slot) {
        const auto term = static_cast<std::size_t>(values[slot]);
        return static_cast<std::size_t>(term < rankOf.size() ? rankOf[term] : 0);
    };
    std::vector<qint32> places(rankOf.size() + 2, 0);
    for (std::size_t slot = 0; slot < size(); ++slot)
        ++places[rank(slot) + 1];
    for (std::size_t i = 1; i < places.size(); ++i)
        places[i] += places[i - 1];
    SlotOrder slots(size());
    for (std::size_t slot = 0; slot < size(); ++slot)
        slots[static_cast<std::size_t>(places[rank(slot)]++)] = static_cast<qint32>(slot);
    return slots;
}

Result<SlotOrder> ColumnStore::textOrder(const QByteArray& orderBy) {
    auto rows = db_.prepare("SELECT id FROM facts ORDER BY " + orderBy);
    if (!rows)
        return failure(rows.error());
    SlotOrder slots;
    slots.reserve(size());
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return slots;
        if (const auto slot = slotOf(rows->int64(0)))
            slots.push_back(static_cast<qint32>(*slot));
    }
}

// By slot; of columns whose values are numbers or terms.
Result<std::vector<qint64>> ColumnStore::sortKeys(Column column) {
    const Field where = *fieldOf(column);
    const auto values = field(where);
    if (!values)
        return failure(values.error());
    const auto ranks = isTerm(where) ? termRanks() : Result<std::vector<qint32>>(std::vector<qint32>());
    if (!ranks)
        return failure(ranks.error());
    std::vector<qint64> keys(size());
    for (std::size_t slot = 0; slot < keys.size(); ++slot) {
        const qint64 value = (*values)->at(slot);
        const auto term = static_cast<std::size_t>(value);
        keys[slot] = where == Field::Flags  ? value & flagRedelivered
                     : !isTerm(where)       ? value
                     : term < ranks->size() ? (*ranks)[term]
                                            : 0;
    }
    return keys;
}

Result<SlotOrder> ColumnStore::makeQueueOrder(Column column, bool down) {
    if (!fieldOf(column)) {
        const QByteArray text = textColumnOf(column);
        const QByteArray direction = down ? " DESC" : "";
        return textOrder(text + " COLLATE FOLDED" + direction + ", " + text + direction + ", position, id");
    }
    const auto keys = sortKeys(column);
    if (!keys)
        return failure(keys.error());
    const auto queue = order(Column::Position);
    if (!queue)
        return failure(queue.error());
    SlotOrder slots = *queue ? **queue : SlotOrder(size());
    if (!*queue)
        std::iota(slots.begin(), slots.end(), 0);
    std::stable_sort(slots.begin(), slots.end(), [&](qint32 a, qint32 b) {
        const qint64 left = (*keys)[static_cast<std::size_t>(a)];
        const qint64 right = (*keys)[static_cast<std::size_t>(b)];
        return down ? left > right : left < right;
    });
    return slots;
}

Result<const SlotOrder*> ColumnStore::queueOrder(Column column, bool down) {
    if (queueOrder_.slots.size() != size() || queueOrder_.column != column || queueOrder_.down != down) {
        auto made = makeQueueOrder(column, down);
        if (!made)
            return failure(made.error());
        queueOrder_ = {column, down, std::move(*made)};
    }
    return &queueOrder_.slots;
}

} // namespace signalbox
