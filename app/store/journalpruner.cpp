// The journal writer's housekeeping: old copies go, rows of history stay.
#include "app/store/journalwriter.h"

namespace signalbox {

namespace {

constexpr int copiesAtOnce = 2000;

} // namespace

Result<std::vector<qint64>> JournalWriter::runsToPrune(const QDateTime& olderThan) {
    std::vector<qint64> runs;
    // A message in doubt keeps its copy for as long as nobody has decided about it.
    auto done = eachRowOf(
        db_,
        "SELECT run_no FROM replay_run r WHERE ended_ms IS NOT NULL AND ended_ms < ? AND NOT EXISTS "
        "(SELECT 1 FROM replay_count c WHERE c.run_no = r.run_no AND c.state = ? AND c.items > 0) ORDER BY "
        "run_no",
        [&](const Statement& row) -> Result<void> {
            runs.push_back(row.int64(0));
            return {};
        },
        toMs(olderThan), static_cast<int>(ItemState::InDoubt));
    if (!done)
        return failure(std::move(done.error()));
    return runs;
}

Result<qint64> JournalWriter::pruneSome(qint64 runNo, qint64 from, qint64* deleted) {
    const qint64 first = std::max(from, itemKey(runNo, 0));
    const qint64 last = itemKey(runNo + 1, 0) - 1;
    auto transaction = Transaction::begin(db_);
    if (!transaction)
        return failure(std::move(transaction.error()));
    qint64 upTo = 0;
    auto done = eachRowOf(
        db_,
        "SELECT COALESCE(MAX(item_key), 0) FROM (SELECT item_key FROM replay_copy WHERE item_key BETWEEN ? "
        "AND ? "
        "ORDER BY item_key LIMIT ?) chunk",
        [&](const Statement& row) -> Result<void> {
            upTo = row.int64(0);
            return {};
        },
        first, last, copiesAtOnce);
    if (!done)
        return failure(std::move(done.error()));
    const bool more = upTo != 0;
    if (!more)
        upTo = last; // the edited messages behind the last copy
    done = runOnce(db_, "DELETE FROM replay_copy WHERE item_key BETWEEN ? AND ?", first, upTo);
    const qint64 gone = db_.changes();
    if (done)
        done = runOnce(db_, "DELETE FROM replay_edited WHERE item_key BETWEEN ? AND ?", first, upTo);
    if (done)
        done = runOnce(db_,
                       "UPDATE replay_item SET has_copy = 0 WHERE item_key BETWEEN ? AND ? AND has_copy = 1",
                       first, upTo);
    if (done)
        done = transaction->commit();
    if (!done)
        return failure(std::move(done.error()));
    *deleted += more ? gone : 0;
    return more ? upTo + 1 : 0;
}

Result<void> JournalWriter::giveSpaceBack() {
    auto free = db_.number("PRAGMA freelist_count");
    auto all = db_.number("PRAGMA page_count");
    if (!free || !all)
        return failure(std::move(!free ? free.error() : all.error()));
    // A little slack is used again by the next run; moving pages for it would be waste.
    constexpr int slackParts = 4;
    return *free > *all / slackParts ? db_.execute("PRAGMA incremental_vacuum") : Result<void>();
}

} // namespace signalbox
