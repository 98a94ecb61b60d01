// What earlier runs mean for a queue and for what was read of it.
#include "models/replay/replaydeskstate.h"

namespace signalbox {
namespace {

constexpr int mostPastRuns = 1000; // more than any delivery limit in use

// How many deliveries a run can have cost its queue. One that ran before openings were counted opened once.
int opensOf(const RunRecord& run) {
    if (!reads(run.header.kind) || run.header.sourceIsStream || run.state == RunState::Planned ||
        run.header.options.taking == Taking::ByNumber)
        return 0;
    return std::max(1, run.sourceOpens);
}

} // namespace

// Adds up what each run over the queue counts for, the newest first, until one is too old.
Result<qint64> DeskCore::sumOfRuns(const EntityRef& queue,
                                   const std::function<bool(const RunRecord&)>& isTooOld,
                                   const std::function<qint64(const RunRecord&)>& counts) {
    const auto runs = ports.journal->runsOf(queue, mostPastRuns);
    if (!runs)
        return failure(runs.error());
    qint64 sum = 0;
    for (const RunRecord& run : *runs) {
        if (isTooOld(run))
            break;
        sum += counts(run);
    }
    return sum;
}

Result<int> DeskCore::opensSince(const EntityRef& queue, const QDateTime& since) {
    const auto sum = sumOfRuns(
        queue, [&](const RunRecord& run) { return run.header.createdAt < since; }, opensOf);
    return sum ? Result<int>(static_cast<int>(*sum)) : failure(sum.error());
}

Result<int> DeskCore::opensAfter(const RunHeader& run) {
    const auto sum = sumOfRuns(
        run.source, [&](const RunRecord& other) { return other.header.id == run.id; }, opensOf);
    return sum ? Result<int>(static_cast<int>(*sum)) : failure(sum.error());
}

Result<qint64> DeskCore::removedSince(const EntityRef& queue, const QDateTime& since) {
    const auto runs = ports.journal->runsOf(queue, mostPastRuns);
    if (!runs)
        return failure(runs.error());
    qint64 sum = 0;
    for (const RunRecord& run : *runs) {
        const bool brings = run.header.kind == RunKind::Restore;
        const auto state = brings ? ItemState::Confirmed : ItemState::Removed;
        const bool endedBefore = run.endedAt.isValid() && run.endedAt < since;
        if (endedBefore || (!brings && !reads(run.header.kind)) || !run.counts.contains(state))
            continue;
        // One that began before the reading may have gone on after it.
        auto moved = ports.journal->countSince(run.header.id, state, since);
        if (!moved)
            return moved;
        sum += brings ? -*moved : *moved;
    }
    return sum;
}

Result<qint64> DeskCore::inDoubtIn(const EntityRef& queue) {
    return sumOfRuns(
        queue, [](const RunRecord&) { return false; },
        [](const RunRecord& run) -> qint64 {
            const auto found = run.counts.find(ItemState::InDoubt);
            return !reads(run.header.kind) || found == run.counts.end() ? 0 : found->second;
        });
}

Result<std::vector<QString>> DeskCore::removedBy(const EntityRef& queue, const QDateTime& readAt,
                                                 std::span<const ReadMessage> messages) {
    return judgeEach(queue, readAt, messages, signalbox::removedBy);
}

Result<std::vector<QString>> DeskCore::leftTheirPlaces(const EntityRef& queue, const QDateTime& readAt,
                                                       std::span<const ReadMessage> messages) {
    return judgeEach(queue, readAt, messages, signalbox::leftItsPlaceBy);
}

Result<std::vector<QString>> DeskCore::judgeEach(const EntityRef& queue, const QDateTime& readAt,
                                                 std::span<const ReadMessage> messages, Judge judge) {
    std::vector<Fingerprint> fingerprints;
    fingerprints.reserve(messages.size());
    for (const ReadMessage& message : messages)
        fingerprints.push_back(message.fingerprint);
    const auto memory = ports.journal->memory(queue, fingerprints);
    if (!memory)
        return failure(memory.error());
    std::vector<QString> runs;
    runs.reserve(messages.size());
    for (const ReadMessage& message : messages)
        runs.push_back(judge(message, *memory, readAt));
    return runs;
}

} // namespace signalbox
