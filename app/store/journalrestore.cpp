// The planner's restore: saved copies of one run become items of another, each copy once.
#include "app/store/journalplanner.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr std::size_t copiesAPage = 2000;

// A restore that ended without sending the message leaves its copy free for the next one.
bool holdsCopy(ItemState state) {
    return state == ItemState::Saved || state == ItemState::Published || state == ItemState::Confirmed ||
           state == ItemState::Removed || state == ItemState::InDoubt;
}

} // namespace

Result<std::vector<JournalPlanner::Candidate>>
JournalPlanner::candidates(qint64 fromRunNo, std::span<const NumberRange> wanted, qint64 after) {
    const NumberRange everything{1, itemsPerRun - 1};
    if (wanted.empty())
        wanted = std::span(&everything, 1);
    std::vector<Candidate> found;
    for (const NumberRange& range : wanted) {
        if (range.last <= after || found.size() >= copiesAPage)
            continue;
        auto done = eachRowOf(
            writer_.db(),
            "SELECT item_key, state, has_copy, fingerprint, occurrence FROM replay_item "
            "WHERE item_key BETWEEN ? AND ? ORDER BY item_key LIMIT ?",
            [&](const Statement& row) -> Result<void> {
                found.push_back({row.int64(0), static_cast<ItemState>(row.integer(1)), row.integer(2) != 0,
                                 Fingerprint::fromBytes(row.view(3)), row.integer(4)});
                return {};
            },
            itemKey(fromRunNo, std::max(range.first, after + 1)), itemKey(fromRunNo, range.last),
            static_cast<qint64>(copiesAPage - found.size()));
        if (!done)
            return failure(std::move(done.error()));
    }
    return found;
}

Result<bool> JournalPlanner::isRestored(qint64 copyKey) {
    bool restored = false;
    restoredBy_.bind(1, copyKey);
    auto done = eachRow(restoredBy_, [&](const Statement& row) -> Result<void> {
        const auto state = static_cast<ItemState>(row.integer(0));
        const auto run = runStateFromWord(row.text(1));
        // Not yet sent, and never will be: its run has ended, or was planned long ago and never started.
        const bool abandoned =
            state == ItemState::Saved && run &&
            (!isOpen(*run) ||
             (run == RunState::Planned && !plannedStillClaims(row.int64(2), fromMs(writer_.nowMs()))));
        restored = holdsCopy(state) && !abandoned;
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    return restored;
}

Result<JournalWriter::ItemRow> JournalPlanner::firstRowOf(qint64 runNo) {
    PlanRoute route; // back to the queue the run writes to, through the default exchange
    route.receiversKnown = true;
    qint64 last = itemKey(runNo, 0);
    auto done = eachRowOf(
        writer_.db(),
        "SELECT r.source_name, (SELECT COALESCE(MAX(item_key), 0) FROM replay_item WHERE item_key BETWEEN ? "
        "AND ?) "
        "FROM replay_run r WHERE r.run_no = ?",
        [&](const Statement& row) -> Result<void> {
            route.routingKey = row.bytes(0);
            route.receivers = QStringList{row.text(0)};
            last = std::max(last, row.int64(1));
            return {};
        },
        itemKey(runNo, 1), itemKey(runNo, itemsPerRun - 1), runNo);
    if (!done)
        return failure(std::move(done.error()));
    auto routeNo = routeNumber(route);
    if (!routeNo)
        return failure(std::move(routeNo.error()));
    JournalWriter::ItemRow row;
    row.key = last + 1;
    row.state = ItemState::Saved;
    row.hasCopy = true;
    row.route = *routeNo;
    return row;
}

Result<void> JournalPlanner::takeOne(const Candidate& one, JournalWriter::ItemRow& row, TakenOver& result,
                                     JournalWriter::CountChange& change) {
    if (!one.hasCopy) {
        ++result.missing;
        return {};
    }
    // A missing one only comes here by its number.
    if (one.state != ItemState::Removed && one.state != ItemState::Missing) {
        ++result.stillThere;
        return {};
    }
    auto restored = isRestored(one.key);
    if (!restored)
        return failure(std::move(restored.error()));
    if (*restored) {
        ++result.restoredBefore;
        return {};
    }
    row.fingerprint = one.fingerprint;
    row.occurrence = one.occurrence;
    row.position = numberOfKey(one.key);
    auto done = writer_.insertItem(row, change);
    if (done)
        done = copyOver_.bindAll(row.key, one.key).run();
    if (done)
        done = noteRestore_.bindAll(one.key, row.key).run();
    ++row.key;
    ++result.added;
    return done;
}

Result<JournalPlanner::TakenOver> JournalPlanner::takeOver(const QString& run, const QString& fromRun,
                                                           std::span<const NumberRange> wanted,
                                                           qint64 after) {
    auto runNo = writer_.runNumber(run);
    auto fromNo = writer_.runNumber(fromRun);
    if (!runNo || !fromNo)
        return failure(std::move(!runNo ? runNo.error() : fromNo.error()));
    if (auto done = prepareAll(); !done)
        return failure(std::move(done.error()));
    auto transaction = Transaction::begin(writer_.db());
    if (!transaction)
        return failure(std::move(transaction.error()));
    auto found = candidates(*fromNo, wanted, after);
    if (!found)
        return failure(std::move(found.error()));
    auto row = firstRowOf(*runNo);
    if (!row) {
        forgetRoutes();
        return failure(std::move(row.error()));
    }
    TakenOver result;
    if (found->size() >= copiesAPage)
        result.next = numberOfKey(found->back().key);
    JournalWriter::CountChange change;
    Result<void> done;
    for (std::size_t i = 0; i < found->size() && done; ++i)
        done = takeOne((*found)[i], *row, result, change);
    if (done)
        done = writer_.applyCounts(*runNo, change);
    if (done)
        done = transaction->commit();
    if (!done) {
        forgetRoutes();
        return failure(std::move(done.error()));
    }
    return result;
}

} // namespace signalbox
