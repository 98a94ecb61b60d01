// What runs have removed since the newest reading goes before the next one.
#include "app/store/snapshot/columnstore.h"
#include "app/store/snapshot/snapshotwriter.h"

#include <algorithm>
#include <map>

namespace signalbox {

namespace {

constexpr std::size_t askedAtOnce = 1000;

struct KnownRow {
    qint64 id = 0;
    ReadMessage message;
};

} // namespace

// Equal ones are the same bytes: the last of them go, so that those that are left are numbered from the
// first.
Result<std::vector<qint64>> SnapshotWriter::removedRows(const RemovedByAsk& removedBy) {
    auto rows = db_.prepare("SELECT id, fingerprint, occurrence FROM facts");
    if (!rows)
        return failure(rows.error());
    std::map<Fingerprint, int> removed;
    std::vector<KnownRow> candidates;
    std::vector<KnownRow> page;
    const auto ask = [&]() -> Result<void> {
        std::vector<ReadMessage> messages;
        messages.reserve(page.size());
        for (const KnownRow& row : page)
            messages.push_back(row.message);
        const auto runs = removedBy(messages);
        if (!runs)
            return failure(runs.error());
        for (std::size_t i = 0; i < page.size(); ++i) {
            const bool isGone = !(*runs)[i].isEmpty();
            if (isGone)
                ++removed[page[i].message.fingerprint];
            if (isGone || page[i].message.occurrence > 0)
                candidates.push_back(page[i]);
        }
        page.clear();
        return {};
    };
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (*row)
            page.push_back(
                {rows->int64(0), {Fingerprint::fromBytes(rows->bytes(1)), static_cast<int>(rows->int64(2))}});
        if (page.size() < askedAtOnce && *row)
            continue;
        if (auto asked = ask(); !asked)
            return failure(std::move(asked.error()));
        if (!*row)
            break;
    }
    std::sort(candidates.begin(), candidates.end(), [](const KnownRow& a, const KnownRow& b) {
        return a.message.occurrence > b.message.occurrence;
    });
    std::vector<qint64> ids;
    for (const KnownRow& row : candidates) {
        const auto left = removed.find(row.message.fingerprint);
        if (left == removed.end() || left->second == 0)
            continue;
        --left->second;
        ids.push_back(row.id);
    }
    return ids;
}

Result<void> SnapshotWriter::forgetRemoved(const RemovedByAsk& removedBy) {
    const auto lock = lockFile();
    if (!lock)
        return failure(lock.error());
    if (auto known = readState(); !known)
        return known;
    const auto gone = removedRows(removedBy);
    if (!gone)
        return failure(gone.error());
    if (gone->empty())
        return {};
    auto transaction = Transaction::begin(db_);
    if (!transaction)
        return failure(transaction.error());
    auto done = groups_.load();
    if (done) {
        const auto dropped = drop(*gone);
        done = dropped ? groups_.recount() : failure(dropped.error());
    }
    ++next_.generation;
    if (done)
        done = commit(*transaction);
    if (done)
        done = ColumnStore::build(db_, next_);
    if (!done)
        rollBack();
    return done;
}

} // namespace signalbox
