#include "app/store/journalwriter.h"

#include "models/messaging/messagecodec.h"

#include <algorithm>

namespace signalbox {

namespace {

// The log is merged into the file after this many pages (16 MiB): rarely enough to cost little per message,
// soon enough to keep the log small.
constexpr int checkpointPages = 4096;
constexpr int cacheKib = 16 * 1024;

} // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(Database db, const Clock& clock) {
    std::unique_ptr<JournalWriter> writer(new JournalWriter(std::move(db), clock));
    if (auto done = writer->prepareAll(); !done)
        return failure(std::move(done.error()));
    return writer;
}

Result<void> JournalWriter::prepareAll() {
    auto done = db_.execute("PRAGMA wal_autocheckpoint=" + QByteArray::number(checkpointPages));
    if (done)
        done = db_.execute("PRAGMA cache_size=-" + QByteArray::number(cacheKib));
    if (!done)
        return done;
    const std::pair<Statement*, const char*> all[] = {
        {&findRun_, "SELECT run_no FROM replay_run WHERE id = ?"},
        {&statesOfRange_, "SELECT item_key, state FROM replay_item WHERE item_key BETWEEN ? AND ?"},
        {&markRange_,
         // What a person decided stays told, unless there is more to tell.
         "UPDATE replay_item SET state = ?, changed_ms = ?, reason = coalesce(?, CASE WHEN reason LIKE "
         "'in doubt;%' THEN reason END) WHERE item_key BETWEEN ? AND ?"},
        {&saveRange_, "UPDATE replay_item SET state = ?, changed_ms = ?, has_copy = 1, reason = CASE WHEN "
                      "reason LIKE 'in doubt;%' THEN reason END WHERE item_key BETWEEN ? AND ?"},
        {&insertItem_,
         "INSERT INTO replay_item (item_key, state, changed_ms, has_copy, fingerprint, occurrence, "
         "snapshot_id, position, refusal, route_no, twins, session) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
         "?)"},
        {&putCopy_,
         "INSERT INTO replay_copy (item_key, exchange, routing_key, redelivered, body_complete, body_size, "
         "properties, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
         "ON CONFLICT (item_key) DO UPDATE SET exchange = excluded.exchange, "
         "routing_key = excluded.routing_key, redelivered = excluded.redelivered, "
         "body_complete = excluded.body_complete, body_size = excluded.body_size, "
         "properties = excluded.properties, body = excluded.body"},
        {&insertIdentity_, "INSERT INTO replay_identity (fingerprint, item_key) VALUES (?, ?)"},
        {&addCount_, "INSERT INTO replay_count (run_no, state, items) VALUES (?, ?, ?) "
                     "ON CONFLICT (run_no, state) DO UPDATE SET items = replay_count.items + excluded.items"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = db_.prepare(sql);
        if (!prepared)
            return failure(std::move(prepared.error()));
        *statement = std::move(*prepared);
    }
    return {};
}

Result<qint64> JournalWriter::runNumber(const QString& run) {
    if (const auto known = runNumbers_.constFind(run); known != runNumbers_.constEnd())
        return *known;
    findRun_.bind(1, run);
    qint64 number = 0;
    auto done = eachRow(findRun_, [&](const Statement& row) -> Result<void> {
        number = row.int64(0);
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    if (number == 0)
        return failure(ErrorKind::NotFound, QStringLiteral("The replay journal has no run %1.").arg(run));
    runNumbers_.insert(run, number);
    return number;
}

Result<void> JournalWriter::write(const QString& run, const JournalStep& step) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    auto transaction = Transaction::begin(db_);
    if (!transaction)
        return failure(std::move(transaction.error()));
    CountChange change;
    for (const JournalMark& one : step.marks) {
        if (auto done = mark(*runNo, one, change); !done)
            return done;
    }
    if (auto done = saveCopies(*runNo, step.copies, step.copiesNext, change); !done)
        return done;
    if (auto done = applyCounts(*runNo, change); !done)
        return done;
    return transaction->commit();
}

Result<std::vector<qint64>> JournalWriter::leaveStates(qint64 runNo, NumberRange range, CountChange& change) {
    std::vector<qint64> keys;
    keys.reserve(static_cast<std::size_t>(range.size()));
    statesOfRange_.bindAll(itemKey(runNo, range.first), itemKey(runNo, range.last));
    int lastState = -1;
    qint64* count = nullptr;
    auto done = eachRow(statesOfRange_, [&](const Statement& row) -> Result<void> {
        keys.push_back(row.int64(0));
        if (const int state = row.integer(1); state != lastState) {
            lastState = state;
            count = &change[state];
        }
        --*count;
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    return keys;
}

Result<void> JournalWriter::mark(qint64 runNo, const JournalMark& mark, CountChange& change) {
    auto ranges = rangesOf(mark.numbers);
    if (!ranges)
        return failure(std::move(ranges.error()));
    for (const NumberRange& range : *ranges) {
        auto keys = leaveStates(runNo, range, change);
        if (!keys)
            return failure(std::move(keys.error()));
        if (static_cast<qint64>(keys->size()) != range.size())
            return failure(ErrorKind::NotFound,
                           QStringLiteral("The run has no item %1 (of %2 to %3).")
                               .arg(keys->empty() ? range.first : numberOfKey(keys->back()) + 1)
                               .arg(range.first)
                               .arg(range.last));
        markRange_.bind(1, static_cast<int>(mark.state)).bind(2, nowMs());
        if (mark.reason.isEmpty())
            markRange_.bindNull(3);
        else
            markRange_.bind(3, mark.reason);
        markRange_.bind(4, itemKey(runNo, range.first)).bind(5, itemKey(runNo, range.last));
        if (auto done = markRange_.run(); !done)
            return done;
        change[static_cast<int>(mark.state)] += range.size();
    }
    return {};
}

Result<void> JournalWriter::saveCopies(qint64 runNo, std::span<const SavedCopy> copies, ItemState next,
                                       CountChange& change) {
    std::vector<qint64> numbers;
    numbers.reserve(copies.size());
    for (const SavedCopy& copy : copies) {
        if (!copy.original)
            return failure(ErrorKind::Internal, QStringLiteral("A copy without a message was to be saved."));
        numbers.push_back(copy.number);
    }
    auto ranges = rangesOf(numbers);
    if (!ranges)
        return failure(std::move(ranges.error()));
    std::vector<qint64> known; // keys that have a row; ascending, as the ranges are
    for (const NumberRange& range : *ranges) {
        auto keys = leaveStates(runNo, range, change);
        if (!keys)
            return failure(std::move(keys.error()));
        if (keys->empty())
            continue;
        saveRange_.bindAll(static_cast<int>(next), nowMs(), itemKey(runNo, range.first),
                           itemKey(runNo, range.last));
        if (auto done = saveRange_.run(); !done)
            return done;
        change[static_cast<int>(next)] += static_cast<qint64>(keys->size());
        known.insert(known.end(), keys->begin(), keys->end());
    }
    for (const SavedCopy& copy : copies) {
        const qint64 key = itemKey(runNo, copy.number);
        if (!std::binary_search(known.begin(), known.end(), key)) {
            ItemRow row;
            row.key = key;
            row.state = next;
            row.hasCopy = true;
            row.fingerprint = copy.fingerprint ? *copy.fingerprint : fingerprintOf(*copy.original);
            if (auto done = insertItem(row, change); !done)
                return done;
            // Of a purge, which has no plan: later plans know by it that the message has gone.
            if (auto done = insertIdentity_.bindAll(row.fingerprint.toBytes(), row.key).run(); !done)
                return done;
        }
        if (auto done = putCopy(key, *copy.original, copy.encodedProperties); !done)
            return done;
    }
    return {};
}

Result<void> JournalWriter::insertItem(const ItemRow& row, CountChange& change) {
    const QByteArray fingerprint = row.fingerprint.toBytes();
    insertItem_.bindAll(row.key, static_cast<int>(row.state), nowMs(), row.hasCopy, fingerprint,
                        row.occurrence, row.snapshotId, row.position);
    if (row.refusal.isEmpty())
        insertItem_.bindNull(9);
    else
        insertItem_.bind(9, row.refusal);
    if (row.route == 0)
        insertItem_.bindNull(10);
    else
        insertItem_.bind(10, row.route);
    insertItem_.bind(11, row.twins);
    if (row.session.isNull())
        insertItem_.bindNull(12);
    else
        insertItem_.bind(12, row.session);
    if (auto done = insertItem_.run(); !done)
        return done;
    ++change[static_cast<int>(row.state)];
    return {};
}

Result<void> JournalWriter::putCopy(qint64 key, const Message& message, const QByteArray& encodedProperties) {
    // A cut body could never be restored: better no delete than such a copy.
    if (!message.bodyComplete)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Message %1 was read with a cut body; no exact copy of it can be kept.")
                           .arg(numberOfKey(key)));
    const QByteArray properties =
        encodedProperties.isEmpty() ? encodeProperties(message.properties) : encodedProperties;
    putCopy_.bind(1, key);
    bindMessage(putCopy_, 2, message, properties);
    return putCopy_.run();
}

Result<void> JournalWriter::applyCounts(qint64 runNo, const CountChange& change) {
    for (const auto& [state, items] : change) {
        if (items == 0)
            continue;
        if (auto done = addCount_.bindAll(runNo, state, items).run(); !done)
            return done;
    }
    return {};
}

Result<void> JournalWriter::dropEmptyRun(const QString& run) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    auto drop = db_.prepare("DELETE FROM replay_run WHERE run_no = ? AND NOT EXISTS (SELECT 1 FROM "
                            "replay_item WHERE item_key BETWEEN ? AND ?)");
    if (!drop)
        return failure(std::move(drop.error()));
    runNumbers_.remove(run);
    return drop->bindAll(*runNo, itemKey(*runNo, 0), itemKey(*runNo, itemsPerRun - 1)).run();
}

Result<void> JournalWriter::noteSourceOpen(const QString& run) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    auto update = db_.prepare("UPDATE replay_run SET source_opens = source_opens + 1 WHERE run_no = ?");
    if (!update)
        return failure(std::move(update.error()));
    return update->bindAll(*runNo).run();
}

Result<void> JournalWriter::setRunState(const QString& run, RunState state, const QString& reason) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    auto update =
        db_.prepare("UPDATE replay_run SET state = ?, end_reason = ?, ended_ms = ? WHERE run_no = ?");
    if (!update)
        return failure(std::move(update.error()));
    update->bind(1, runStateWord(state)).bind(2, reason).bind(4, *runNo);
    if (isOpen(state))
        update->bindNull(3);
    else
        update->bind(3, nowMs());
    return update->run();
}

} // namespace signalbox
