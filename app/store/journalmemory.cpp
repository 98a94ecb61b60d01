// The journal reader's memory: what earlier runs did with messages of the same content from the same queue.
#include "app/store/journalreader.h"

namespace signalbox {

namespace {

struct PastRun {
    RunHeader header;
    RunState state = RunState::Planned;
    bool isForgotten = false; // planned long ago and never started
};

bool isSettled(ItemState state) {
    return state == ItemState::Removed || state == ItemState::Confirmed;
}

} // namespace

Result<JournalMemory> JournalReader::memory(const EntityRef& source,
                                            std::span<const Fingerprint> fingerprints, const QDateTime& now) {
    JournalMemory memory;
    auto moment = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!moment)
        return failure(std::move(moment.error()));
    QHash<qint64, PastRun> runs;
    auto done = eachRowOf(
        db_, QByteArray("SELECT ") + runColumns + " FROM replay_run WHERE " + runOfQueue,
        [&](const Statement& row) -> Result<void> {
            auto record = runOf(row);
            if (!record)
                return failure(std::move(record.error()));
            bool isForgotten = false;
            // A plan that nobody started must not hold its messages for ever.
            if (record->state == RunState::Planned &&
                !plannedStillClaims(toMs(record->header.createdAt), now)) {
                if (auto counted = readCounts(row.int64(0), *record); !counted)
                    return counted;
                isForgotten = !isTouched(*record);
            }
            runs.insert(row.int64(0), {record->header, record->state, isForgotten});
            return {};
        },
        source.connectionId, source.space, source.name);
    if (!done)
        return failure(std::move(done.error()));
    if (runs.isEmpty())
        return memory;
    for (const Fingerprint& fingerprint : fingerprints) {
        if (memory.replayedBefore.contains(fingerprint) || memory.claimedBy.contains(fingerprint) ||
            memory.inDoubt.contains(fingerprint) || memory.removed.contains(fingerprint))
            continue; // twins in the question have one answer
        const QByteArray bytes = fingerprint.toBytes();
        identity_.bindBlob(1, bytes);
        done = eachRow(identity_, [&](const Statement& row) -> Result<void> {
            const auto run = runs.constFind(runOfKey(row.int64(0)));
            if (run == runs.constEnd())
                return {};
            const auto state = static_cast<ItemState>(row.integer(1));
            // What a person left, not knowing whether it had arrived, may have arrived; so may what was to be
            // sent again and was not there any more.
            const bool wasLeftInDoubt = row.integer(3) != 0;
            if (run->header.kind == RunKind::Replay && (isSettled(state) || wasLeftInDoubt))
                ++memory.replayedBefore[fingerprint];
            if (run->header.kind == RunKind::Replay && wasLeftInDoubt && !isSettled(state))
                ++memory.maybeReplayed[fingerprint];
            if (state == ItemState::Removed && reads(run->header.kind))
                memory.removed[fingerprint].push_back(
                    {fromMs(row.int64(2)), run->header.id, row.integer(4) != 0});
            const ItemHold hold = run->isForgotten ? ItemHold::None : holdOf(run->header, run->state, state);
            if (hold == ItemHold::Claimed)
                memory.claimedBy[fingerprint] = run->header.id;
            else if (hold == ItemHold::InDoubt)
                memory.inDoubt[fingerprint] = run->header.id;
            return {};
        });
        if (!done)
            return failure(std::move(done.error()));
    }
    return memory;
}

} // namespace signalbox
