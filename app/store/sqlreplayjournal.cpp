#include "app/store/sqlreplayjournal.h"

#include "app/store/lockfilelease.h"

namespace signalbox {

Result<std::shared_ptr<SqlReplayJournal>> SqlReplayJournal::open(WorkspaceDb& workspace, const Clock& clock) {
    std::shared_ptr<SqlReplayJournal> journal(new SqlReplayJournal(workspace, clock));
    if (!workspace.isReadOnly()) {
        auto db = workspace.connection(Database::Access::ReadWrite);
        if (!db)
            return failure(std::move(db.error()));
        auto writer = JournalWriter::open(std::move(*db), clock);
        if (!writer)
            return failure(std::move(writer.error()));
        journal->writer_ = std::move(*writer);
        journal->planner_ = std::make_unique<JournalPlanner>(*journal->writer_);
    }
    auto db = workspace.connection(Database::Access::ReadOnly);
    if (!db)
        return failure(std::move(db.error()));
    auto reader = JournalReader::open(std::move(*db));
    if (!reader)
        return failure(std::move(reader.error()));
    journal->reader_ = std::move(*reader);
    return journal;
}

template<class Work>
auto SqlReplayJournal::writing(Work work) -> decltype(work(std::declval<JournalWriter&>())) {
    const std::scoped_lock lock(writeMutex_);
    if (!writer_)
        return failure(workspace_.writable().error());
    return work(*writer_);
}

Result<JournalMemory> SqlReplayJournal::memory(const EntityRef& source,
                                               std::span<const Fingerprint> fingerprints) {
    const std::scoped_lock lock(readMutex_);
    return reader_->memory(source, fingerprints, clock_.now());
}

Result<void> SqlReplayJournal::createRun(const RunHeader& header) {
    return writing([&](JournalWriter&) { return planner_->createRun(header); });
}

Result<void> SqlReplayJournal::dropEmptyRun(const QString& run) {
    return writing([&](JournalWriter& writer) { return writer.dropEmptyRun(run); });
}

Result<void> SqlReplayJournal::addItems(const QString& run, std::span<const PlanItem> items) {
    return writing([&](JournalWriter&) { return planner_->addItems(run, items, {}); });
}

Result<void> SqlReplayJournal::addSavedItems(const QString& run, std::span<const PlanItem> items,
                                             std::span<const Message> messages) {
    if (items.size() != messages.size())
        return failure(ErrorKind::Internal, QStringLiteral("Items and messages to save do not match."));
    return writing([&](JournalWriter&) { return planner_->addItems(run, items, messages); });
}

Result<qint64> SqlReplayJournal::addCopiesOf(const QString& run, const QString& fromRun,
                                             std::span<const qint64> numbers) {
    auto wanted = rangesOf(numbers);
    if (!wanted)
        return failure(std::move(wanted.error()));
    JournalPlanner::TakenOver all;
    do {
        auto some =
            writing([&](JournalWriter&) { return planner_->takeOver(run, fromRun, *wanted, all.next); });
        if (!some)
            return failure(std::move(some.error()));
        all.added += some->added;
        all.restoredBefore += some->restoredBefore;
        all.stillThere += some->stillThere;
        all.missing += some->missing;
        all.next = some->next;
    } while (all.next != 0);
    if (all.added > 0)
        return all.added;
    if (all.restoredBefore > 0)
        return failure(
            ErrorKind::Conflict,
            QStringLiteral("Every one of these messages was restored before, or is in a restore that "
                           "is not over: signalbox replay list --unfinished."));
    if (all.stillThere > 0)
        return failure(
            ErrorKind::Conflict,
            QStringLiteral("Nothing to restore: these messages were never removed from their queue."));
    return failure(
        ErrorKind::NotFound,
        QStringLiteral("Nothing to restore: the run has no saved copies, or their time of keeping is over."));
}

Result<std::unique_ptr<RunLease>> SqlReplayJournal::lease(const QString& run) {
    return writing([&](JournalWriter& writer) -> Result<std::unique_ptr<RunLease>> {
        if (auto known = writer.runNumber(run); !known)
            return failure(std::move(known.error()));
        return LockFileLease::take(workspace_.file(), run);
    });
}

Result<void> SqlReplayJournal::saveCopies(const QString& run, std::span<const SavedCopy> copies,
                                          ItemState next) {
    return write(run, {{}, copies, next});
}

Result<void> SqlReplayJournal::mark(const QString& run, std::span<const qint64> numbers, ItemState state,
                                    const QString& reason) {
    const JournalMark one{state, {numbers.begin(), numbers.end()}, reason};
    return write(run, {std::span(&one, 1), {}, state});
}

Result<void> SqlReplayJournal::write(const QString& run, const JournalStep& step) {
    return writing([&](JournalWriter& writer) { return writer.write(run, step); });
}

Result<void> SqlReplayJournal::setRunState(const QString& run, RunState state, const QString& reason) {
    return writing([&](JournalWriter& writer) { return writer.setRunState(run, state, reason); });
}

Result<void> SqlReplayJournal::noteSourceOpen(const QString& run) {
    return writing([&](JournalWriter& writer) { return writer.noteSourceOpen(run); });
}

Result<std::vector<RunRecord>> SqlReplayJournal::runs(const QString& search, int limit) {
    const std::scoped_lock lock(readMutex_);
    return reader_->runs(search, limit);
}

Result<std::vector<RunRecord>> SqlReplayJournal::runsOf(const EntityRef& queue, int limit) {
    const std::scoped_lock lock(readMutex_);
    return reader_->runsOf(queue, limit);
}

Result<RunRecord> SqlReplayJournal::run(const QString& id) {
    const std::scoped_lock lock(readMutex_);
    return reader_->run(id);
}

Result<std::vector<RunRecord>> SqlReplayJournal::unfinished() {
    auto open = [&] {
        const std::scoped_lock lock(readMutex_);
        return reader_->openRuns();
    }();
    if (!open)
        return open;
    std::vector<RunRecord> left;
    for (const RunRecord& record : *open) {
        if (!LockFileLease::isFree(workspace_.file(), record.header.id))
            continue;
        // It may have ended between the two looks; only what is unfinished still was left behind.
        auto now = run(record.header.id);
        if (!now)
            return failure(std::move(now.error()));
        if (isUnfinished(*now))
            left.push_back(std::move(*now));
    }
    return left;
}

Result<std::vector<ItemRecord>> SqlReplayJournal::items(const QString& run, std::optional<ItemState> state,
                                                        qint64 afterNumber, int limit) {
    const std::scoped_lock lock(readMutex_);
    return reader_->items(run, state, afterNumber, limit);
}

Result<qint64> SqlReplayJournal::countSince(const QString& run, ItemState state, const QDateTime& since) {
    const std::scoped_lock lock(readMutex_);
    return reader_->countSince(run, state, since);
}

Result<ItemRecord> SqlReplayJournal::item(const QString& run, qint64 number) {
    const std::scoped_lock lock(readMutex_);
    return reader_->item(run, number);
}

Result<void> SqlReplayJournal::addMessageIds(const QString& run, std::span<ItemRecord> items) {
    const std::scoped_lock lock(readMutex_);
    return reader_->addMessageIds(run, items);
}

Result<Message> SqlReplayJournal::copy(const QString& run, qint64 number) {
    const std::scoped_lock lock(readMutex_);
    return reader_->copy(run, number);
}

Result<qint64> SqlReplayJournal::pruneCopies(const QDateTime& olderThan) {
    auto runs = writing([&](JournalWriter& writer) { return writer.runsToPrune(olderThan); });
    if (!runs)
        return failure(std::move(runs.error()));
    qint64 deleted = 0;
    for (const qint64 runNo : *runs) {
        for (qint64 from = 1; from != 0;) {
            // The writer is free between two steps: a running job must not wait for housekeeping.
            auto next =
                writing([&](JournalWriter& writer) { return writer.pruneSome(runNo, from, &deleted); });
            if (!next)
                return failure(std::move(next.error()));
            from = *next;
        }
    }
    if (deleted > 0) {
        if (auto done = writing([](JournalWriter& writer) { return writer.giveSpaceBack(); }); !done)
            return failure(std::move(done.error()));
    }
    return deleted;
}

} // namespace signalbox
