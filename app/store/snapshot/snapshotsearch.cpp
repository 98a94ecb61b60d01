#include "app/store/snapshot/snapshotsearch.h"

#include "app/store/snapshot/wherewords.h"

#include <QElapsedTimer>

namespace signalbox {

namespace {

// Rows looked at before it is asked whether their order is the right one to go on in.
constexpr qint64 patience = 2000;

// A search that has to read messages gives what it has after this time, so that a list fills while it goes
// on.
constexpr qint64 sliceMs = 40;

constexpr const char* matchingRows = "SELECT rowid FROM words WHERE words MATCH ?";
constexpr int wordsOneByOne = 256;

std::size_t slotAt(const SlotOrder* order, std::size_t place) {
    return order ? static_cast<std::size_t>((*order)[place]) : place;
}

tl::unexpected<Error> cancelled() {
    return failure(ErrorKind::Cancelled, QStringLiteral("The search was ended early."));
}

RowReader::What neededBy(const WhereNode& node) {
    if (node.kind == WhereNode::Kind::Test) {
        const WhereOperand& operand = node.test.operand;
        return operand.kind != WhereOperand::Kind::Column ? RowReader::What::Content
               : fieldOf(operand.column)                  ? RowReader::What::Facts
                                                          : RowReader::What::Texts;
    }
    RowReader::What needed = RowReader::What::Texts;
    for (const auto& child : node.children)
        needed = std::max(needed, neededBy(*child));
    return needed;
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
        found_.branchesNeed = std::max(found_.branchesNeed, neededBy(*branch));
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
    auto rows = db_.prepare(matchingRows);
    auto added = rows ? addWordMatches(*rows, expression, slots) : failure(rows.error());
    return added ? Result<SlotSet>(std::move(slots)) : failure(added.error());
}

Result<void> SnapshotSearch::addWordMatches(Statement& rows, const QByteArray& expression, SlotSet& slots) {
    rows.reset();
    rows.bindText(1, expression);
    for (;;) {
        const auto row = rows.step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return {};
        if (const auto slot = columns_.slotOf(rows.int64(0))) // the index still knows rows that are gone
            slots.add(*slot);
    }
}

// Word by word until all rows are found: FTS5 would merge the rows of all the words before it gives the
// first, in several times the time. Only where very many words begin so it is left to do that.
Result<SlotSet> SnapshotSearch::prefixMatches(const QByteArray& prefix) {
    SlotSet slots(columns_.size());
    if (auto made = db_.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_list USING fts5vocab(main, words, row)");
        !made)
        return failure(made.error());
    auto words = db_.prepare("SELECT term FROM temp.word_list WHERE term >= ? AND term <= ?");
    auto rows = db_.prepare(matchingRows);
    if (!words || !rows)
        return failure(words ? rows.error() : words.error());
    const QByteArray last = prefix + '\xFF'; // no UTF-8 text has this byte
    words->bindText(1, prefix);
    words->bindText(2, last);
    for (int looked = 0; slots.count() < slots.size(); ++looked) {
        const auto word = words->step();
        if (!word)
            return failure(word.error());
        if (!*word)
            break;
        const bool isLast = looked == wordsOneByOne;
        const QByteArray match = isLast ? '"' + prefix + "\" *" : '"' + words->bytes(0) + '"';
        if (auto added = addWordMatches(*rows, match, slots); !added)
            return failure(added.error());
        if (isLast)
            break;
    }
    return slots;
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
    const QByteArray whole = search.expression();
    auto slots = whole.isEmpty() ? Result<SlotSet>(SlotSet()) : wordMatches(whole);
    bool all = whole.isEmpty(); // so far
    for (const QByteArray& prefix : search.prefixes()) {
        auto more = prefixMatches(prefix);
        if (!slots || !more)
            return slots ? std::move(more) : std::move(slots);
        if (all)
            slots = std::move(more);
        else
            slots->keep(*more);
        all = false;
    }
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
    const auto stored = reader_.read(columns_.idAt(slot), found_.branchesNeed);
    if (!stored)
        return failure(stored.error());
    return std::all_of(found_.branches.begin(), found_.branches.end(), [&](const Where& branch) {
        return branch.matches(stored->message, stored->row.facts, stored->row.position);
    });
}

Result<bool> SnapshotSearch::settle(const QElapsedTimer* slice) {
    if (found_.branches.empty())
        return true;
    if (!found_.settling) {
        found_.settling = true;
        found_.passing = SlotSet(columns_.size());
    }
    for (std::size_t& slot = found_.settledTo; slot < columns_.size(); ++slot) {
        if (found_.narrowed && !found_.slots.has(slot))
            continue;
        if (slot % 16 == 0 && interrupted())
            return cancelled();
        if (slice && slot % 16 == 0 && slice->hasExpired(sliceMs))
            return false;
        const auto passed = passes(slot);
        if (!passed)
            return failure(passed.error());
        if (*passed)
            found_.passing.add(slot);
    }
    found_.slots = std::move(found_.passing);
    found_.narrowed = true;
    found_.settling = false;
    found_.branches.clear();
    return true;
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

// Rows that lie all over the file cost a few times more than those in its order; that pays while many pass.
bool SnapshotSearch::worthSettling(qint64 looked, qint64 found, qint64 limit) const {
    return (limit - found) * looked > (found + 1) * static_cast<qint64>(columns_.size()) / 4;
}

Result<IdPage> SnapshotSearch::ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit) {
    started_ = interrupts_;
    const auto transaction = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!transaction)
        return failure(transaction.error());
    if (auto ready = find(query); !ready)
        return failure(ready.error());
    const auto order =
        query.tiesAsInQueue ? columns_.queueOrder(query.sort, query.descending) : columns_.order(query.sort);
    if (!order)
        return failure(order.error());
    const bool backwards = query.descending && !query.tiesAsInQueue;
    const auto start = startOf(from, *order, backwards);
    if (!start)
        return failure(start.error());
    IdPage page;
    qint64 looked = 0;
    std::size_t at = *start;
    QElapsedTimer slice;
    slice.start();
    if (found_.settling) {
        const auto settled = settle(&slice);
        if (!settled)
            return failure(settled.error());
        if (!*settled) {
            page.next = from;
            return page;
        }
    }
    for (; at < columns_.size() && static_cast<int>(page.ids.size()) < limit; ++at) {
        const std::size_t place = backwards ? columns_.size() - 1 - at : at;
        const std::size_t slot = slotAt(*order, place);
        if (found_.narrowed && !found_.slots.has(slot))
            continue;
        if (!found_.branches.empty()) {
            if (interrupted())
                return cancelled();
            if (found_.settling || (looked % 16 == 15 && slice.hasExpired(sliceMs)))
                break;
            const auto passed = passes(slot);
            if (!passed)
                return failure(passed.error());
            if (++looked % patience == 0 && *order &&
                worthSettling(looked, static_cast<qint64>(page.ids.size()), limit)) {
                found_.settling = true;
                found_.passing = SlotSet(columns_.size());
            }
            if (!*passed)
                continue;
        }
        page.ids.push_back(columns_.idAt(slot));
    }
    page.next.atEnd = at >= columns_.size();
    if (at > *start) { // the row that was looked at last
        const std::size_t place = backwards ? columns_.size() - at : at - 1;
        page.next.key = QByteArray::number(columns_.idAt(slotAt(*order, place)));
    } else {
        page.next.key = from.key;
    }
    columns_.trim();
    return page;
}

// The whole answer, in a transaction that goes on.
Result<Transaction> SnapshotSearch::findAll(const SnapshotQuery& query) {
    started_ = interrupts_;
    auto transaction = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!transaction)
        return failure(transaction.error());
    if (auto ready = find(query); !ready)
        return failure(ready.error());
    if (auto settled = settle(nullptr); !settled)
        return failure(settled.error());
    return transaction;
}

Result<qint64> SnapshotSearch::count(const SnapshotQuery& query) {
    const auto reading = findAll(query);
    if (!reading)
        return failure(reading.error());
    columns_.trim();
    return static_cast<qint64>(found_.narrowed ? found_.slots.count() : columns_.size());
}

Result<std::map<qint64, SnapshotSearch::Tally>> SnapshotSearch::tally(SnapshotQuery query) {
    query.groupId.reset();
    const auto reading = findAll(query);
    if (!reading)
        return failure(reading.error());
    const auto groups = columns_.field(Field::Group);
    const auto firsts = columns_.field(Field::FirstDeath);
    const auto lasts = columns_.field(Field::LastDeath);
    if (!groups || !firsts || !lasts)
        return failure(!groups ? groups.error() : !firsts ? firsts.error() : lasts.error());
    std::map<qint64, Tally> tallies;
    for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
        if (found_.narrowed && !found_.slots.has(slot))
            continue;
        Tally& tally = tallies[(*groups)->at(slot)];
        ++tally.messages;
        const qint64 first = (*firsts)->at(slot);
        const qint64 last = (*lasts)->at(slot);
        for (const qint64 seen : {first == unknownTime ? last : first, last == unknownTime ? first : last}) {
            if (seen == unknownTime)
                continue;
            tally.firstSeen = tally.firstSeen == unknownTime ? seen : std::min(tally.firstSeen, seen);
            tally.lastSeen = std::max(tally.lastSeen, seen); // unknownTime is the least
        }
    }
    columns_.trim();
    return tallies;
}

} // namespace signalbox
