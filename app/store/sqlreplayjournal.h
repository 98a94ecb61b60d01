// The replay journal in the workspace file. Writers and readers have a connection each, so the window reads
// while a run writes; every call may come from any thread and is durable when it returns (synchronous =
// FULL).
#pragma once

#include "app/store/journalplanner.h"
#include "app/store/journalreader.h"
#include "app/store/workspacedb.h"

namespace signalbox {

class SqlReplayJournal final : public ReplayJournal {
public:
    // Both must outlive the journal. On a read-only workspace every write gives the workspace's notice.
    static Result<std::shared_ptr<SqlReplayJournal>> open(WorkspaceDb& workspace, const Clock& clock);

    Result<JournalMemory> memory(const EntityRef& source, std::span<const Fingerprint> fingerprints) override;
    Result<void> createRun(const RunHeader& header) override;
    Result<void> dropEmptyRun(const QString& run) override;
    Result<void> addItems(const QString& run, std::span<const PlanItem> items) override;
    // Only copies whose original was removed, each once: Conflict when all of them were restored before or
    // still lie in their queue, NotFound when there are none. In transactions of a few thousand.
    Result<qint64> addCopiesOf(const QString& run, const QString& fromRun,
                               std::span<const qint64> numbers) override;
    Result<void> addSavedItems(const QString& run, std::span<const PlanItem> items,
                               std::span<const Message> messages) override;

    Result<std::unique_ptr<RunLease>> lease(const QString& run) override;
    Result<void> saveCopies(const QString& run, std::span<const SavedCopy> copies, ItemState next) override;
    Result<void> mark(const QString& run, std::span<const qint64> numbers, ItemState state,
                      const QString& reason) override;
    Result<void> write(const QString& run, const JournalStep& step) override; // one transaction
    Result<void> setRunState(const QString& run, RunState state, const QString& reason) override;
    Result<void> noteSourceOpen(const QString& run) override;

    Result<std::vector<RunRecord>> runs(const QString& search, int limit) override;
    Result<std::vector<RunRecord>> runsOf(const EntityRef& queue, int limit) override;
    Result<RunRecord> run(const QString& id) override;
    Result<std::vector<RunRecord>> unfinished() override;
    Result<std::vector<ItemRecord>> items(const QString& run, std::optional<ItemState> state,
                                          qint64 afterNumber, int limit) override;
    Result<ItemRecord> item(const QString& run, qint64 number) override;
    Result<void> addMessageIds(const QString& run, std::span<ItemRecord> items) override;
    Result<qint64> countSince(const QString& run, ItemState state, const QDateTime& since) override;
    Result<Message> copy(const QString& run, qint64 number) override;
    Result<qint64> pruneCopies(const QDateTime& olderThan) override;

private:
    SqlReplayJournal(WorkspaceDb& workspace, const Clock& clock)
        : workspace_(workspace)
        , clock_(clock) {}
    template<class Work>
    auto writing(Work work) -> decltype(work(std::declval<JournalWriter&>()));

    WorkspaceDb& workspace_;
    const Clock& clock_;
    std::mutex writeMutex_;
    std::unique_ptr<JournalWriter> writer_; // null: the workspace is read-only
    std::unique_ptr<JournalPlanner> planner_;
    std::mutex readMutex_;
    std::unique_ptr<JournalReader> reader_;
};

} // namespace signalbox
