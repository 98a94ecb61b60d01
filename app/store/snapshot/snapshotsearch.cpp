#include "app/store/snapshot/snapshotsearch.h"

#include "app/store/snapshot/wherewords.h"

namespace signalbox {

namespace {

// Misses in a row after which the rest is tested in the order of the file, which is much faster per row.
constexpr int patience = 4000;

tl::unexpected<Error> cancelled() {
    return failure(ErrorKind::Cancelled, QStringLiteral("The search was ended early."));
}

bool needsContent(const WhereNode& node) {
    if (node.kind == WhereNode::Kind::Test)
        return node.test.operand.kind != WhereOperand::Kind::Column;
    return std::any_of(node.children.begin(), node.children.end(),
                       [](const auto& child) { return needsContent(*child); });
}

} // namespace

Result<void> SnapshotSearch::narrow(Result<SlotSet> by) {
    if (!by)
        return failure(std::move(by.error()));
    if (found_.narrowed)
        found_.slots.keep(*by);
    else
        found_.slots = std::move(*by);
    found_.narrowed = true;
    return {};
}

Result<void> SnapshotSearch::narrowByWhere(const Branch& root) {
    const std::vector<Branch> branches =
        root->kind == WhereNode::Kind::And ? root->children : std::vector<Branch>{root};
    for (const Branch& branch : branches) {
        if (isColumnar(*branch)) {
            if (auto done = narrow(columnMatches(*branch, db_, columns_)); !done)
                return done;
            continue;
        }
        found_.branches.push_back(Where::part(branch));
        found_.branchesNeedContent = found_.branchesNeedContent || needsContent(*branch);
        const QByteArray words = wordsExpression(*branch);
        if (words.isEmpty())
            continue;
        auto slots = wordMatches(words);
        auto added = slots ? addPartial(*slots) : failure(slots.error());
        if (added)
            added = addUnindexed(*slots, nullptr);
        if (!added)
            return added;
        if (auto done = narrow(std::move(slots)); !done)
            return done;
    }
    return {};
}

Result<SlotSet> SnapshotSearch::wordMatches(const QByteArray& expression) {
    SlotSet slots(columns_.size());
    auto rows = db_.prepare("SELECT rowid FROM words WHERE words MATCH ?");
    if (!rows)
        return failure(rows.error());
    rows->bindText(1, expression);
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return slots;
        if (const auto slot = columns_.slotOf(rows->int64(0))) // the index still knows rows that are gone
            slots.add(*slot);
    }
}

Result<void> SnapshotSearch::addPartial(SlotSet& slots) {
    const auto flags = columns_.field(Field::Flags);
    if (!flags)
        return failure(flags.error());
    for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
        if (((*flags)->at(slot) & flagWordsPartial) != 0)
            slots.add(slot);
    }
    return {};
}

// Rows that came after the last step of the index: tested one by one, or all let through.
Result<void> SnapshotSearch::addUnindexed(SlotSet& slots, const TextSearch* search) {
    for (std::size_t slot = columns_.size(); slot > 0 && columns_.idAt(slot - 1) > columns_.indexedTo();
         --slot) {
        if (search) {
            if (interrupted())
                return cancelled();
            const auto stored = reader_.read(columns_.idAt(slot - 1), RowReader::What::Content);
            if (!stored)
                return failure(stored.error());
            if (!search->matches(splitter_.of(stored->message, stored->row.facts).text))
                continue;
        }
        slots.add(slot - 1);
    }
    return {};
}

Result<SlotSet> SnapshotSearch::textMatches(const TextSearch& search) {
    if (search.findsNothing())
        return SlotSet(columns_.size());
    auto slots = wordMatches(search.expression());
    if (!slots)
        return slots;
    if (auto added = addUnindexed(*slots, &search); !added)
        return failure(added.error());
    return slots;
}

Result<SlotSet> SnapshotSearch::groupMatches(qint64 group) {
    const auto groups = columns_.field(Field::Group);
    if (!groups)
        return failure(groups.error());
    SlotSet slots(columns_.size());
    for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
        if ((*groups)->at(slot) == group)
            slots.add(slot);
    }
    return slots;
}

Result<void> SnapshotSearch::find(const SnapshotQuery& query) {
    if (auto synced = columns_.sync(); !synced)
        return synced;
    const bool same = found_.generation == columns_.generation() && found_.rows == columns_.size() &&
                      found_.indexedTo == columns_.indexedTo() && found_.query.text == query.text &&
                      found_.query.groupId == query.groupId &&
                      found_.query.where.root() == query.where.root();
    if (same)
        return {};
    found_ = {};
    const TextSearch search(query.text);
    Result<void> done;
    if (!search.isEmpty())
        done = narrow(textMatches(search));
    if (done && query.groupId)
        done = narrow(groupMatches(*query.groupId));
    if (done && !query.where.isEmpty())
        done = narrowByWhere(query.where.rootNode());
    if (!done)
        return done;
    found_.query = query;
    found_.rows = columns_.size();
    found_.indexedTo = columns_.indexedTo();
    found_.generation = columns_.generation();
    return {};
}

Result<bool> SnapshotSearch::passes(std::size_t slot) {
    const auto stored = reader_.read(
        columns_.idAt(slot), found_.branchesNeedContent ? RowReader::What::Content : RowReader::What::Facts);
    if (!stored)
        return failure(stored.error());
    return std::all_of(found_.branches.begin(), found_.branches.end(), [&](const Where& branch) {
        return branch.matches(stored->message, stored->row.facts, stored->row.position);
    });
}

Result<void> SnapshotSearch::settleBranches() {
    if (found_.branches.empty())
        return {};
    SlotSet passing(columns_.size());
    for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
        if (found_.narrowed && !found_.slots.has(slot))
            continue;
        if (interrupted())
            return cancelled();
        const auto passed = passes(slot);
        if (!passed)
            return failure(passed.error());
        if (*passed)
            passing.add(slot);
    }
    found_.slots = std::move(passing);
    found_.narrowed = true;
    found_.branches.clear();
    return {};
}

// Where in the order the page begins: behind the row the last page ended with.
Result<std::size_t> SnapshotSearch::startOf(const SnapshotCursor& from, const SlotOrder* order,
                                            bool descending) const {
    if (from.key.isEmpty())
        return 0;
    bool ok = false;
    const auto slot = columns_.slotOf(from.key.toLongLong(&ok));
    if (!ok || !slot)
        return failure(ErrorKind::Conflict, QStringLiteral("The list has changed since. Load it again."));
    std::size_t place = *slot;
    if (order)
        place = static_cast<std::size_t>(std::find(order->begin(), order->end(), static_cast<qint32>(*slot)) -
                                         order->begin());
    return descending ? columns_.size() - place : place + 1;
}

Result<IdPage> SnapshotSearch::ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit) {
    started_ = interrupts_;
    const auto transaction = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!transaction)
        return failure(transaction.error());
    if (auto ready = find(query); !ready)
        return failure(ready.error());
    const auto order = columns_.order(query.sort);
    if (!order)
        return failure(order.error());
    const auto start = startOf(from, *order, query.descending);
    if (!start)
        return failure(start.error());
    IdPage page;
    int misses = 0;
    std::size_t at = *start;
    for (; at < columns_.size() && static_cast<int>(page.ids.size()) < limit; ++at) {
        const std::size_t place = query.descending ? columns_.size() - 1 - at : at;
        const std::size_t slot = *order ? static_cast<std::size_t>((**order)[place]) : place;
        if (found_.narrowed && !found_.slots.has(slot))
            continue;
        if (!found_.branches.empty()) {
            if (interrupted())
                return cancelled();
            const auto passed = passes(slot);
            if (!passed)
                return failure(passed.error());
            if (!*passed && ++misses > patience && (*order || !found_.branchesNeedContent)) {
                if (auto settled = settleBranches(); !settled)
                    return failure(settled.error());
            }
            if (!*passed)
                continue;
        }
        page.ids.push_back(columns_.idAt(slot));
    }
    page.next.atEnd = at >= columns_.size();
    page.next.key = page.ids.empty() ? from.key : QByteArray::number(page.ids.back());
    columns_.trim();
    return page;
}

Result<qint64> SnapshotSearch::count(const SnapshotQuery& query) {
    started_ = interrupts_;
    const auto transaction = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!transaction)
        return failure(transaction.error());
    if (auto ready = find(query); !ready)
        return failure(ready.error());
    if (auto settled = settleBranches(); !settled)
        return failure(settled.error());
    columns_.trim();
    return static_cast<qint64>(found_.narrowed ? found_.slots.count() : columns_.size());
}

} // namespace signalbox
