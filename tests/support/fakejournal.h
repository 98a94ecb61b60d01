// A replay journal in memory. It keeps what a durable one keeps: after the process of its world has died, no
// call has an effect any more, and leases are free again. Thread-safe.
#pragma once

#include "models/replay/replayjournal.h"
#include "tests/support/fakebroker.h"

namespace signalbox {

class FakeJournal final : public ReplayJournal {
public:
    explicit FakeJournal(std::shared_ptr<FakeWorld> world = std::make_shared<FakeWorld>())
        : world_(std::move(world)) {}

    Result<JournalMemory> memory(const EntityRef& source, std::span<const Fingerprint> fingerprints) override;
    Result<void> createRun(const RunHeader& header) override;
    Result<void> dropEmptyRun(const QString& run) override;
    Result<void> addItems(const QString& run, std::span<const PlanItem> items) override;
    Result<qint64> addCopiesOf(const QString& run, const QString& fromRun,
                               std::span<const qint64> numbers) override;
    Result<void> addSavedItems(const QString& run, std::span<const PlanItem> items,
                               std::span<const Message> messages) override;
    Result<std::unique_ptr<RunLease>> lease(const QString& run) override;
    Result<void> saveCopies(const QString& run, std::span<const SavedCopy> copies, ItemState next) override;
    Result<void> mark(const QString& run, std::span<const qint64> numbers, ItemState state,
                      const QString& reason) override;
    Result<void> write(const QString& run, const JournalStep& step) override;
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
    // It keeps no times: all of a run happens when it is made.
    Result<qint64> countSince(const QString& run, ItemState state, const QDateTime& since) override;
    Result<Message> copy(const QString& run, qint64 number) override;
    Result<qint64> pruneCopies(const QDateTime& olderThan) override;

    void processDied(); // leases are free again
    std::map<ItemState, qint64> counts(const QString& run);

    std::optional<Error> failure; // every write answers with it

private:
    struct Item {
        PlanItem plan;
        ItemState state = ItemState::Planned;
        QString reason;
        std::optional<Message> copy;
        bool restored = false; // its copy was taken over by a later run
    };
    struct Run {
        RunHeader header;
        RunState state = RunState::Planned;
        QString endReason;
        int sourceOpens = 0;
        bool leased = false;
        std::map<qint64, Item> items;
    };
    class Lease;
    Result<void> guarded(const QByteArray& call, const std::function<Result<void>()>& act);
    Result<Run*> find(const QString& id);
    RunRecord recordOf(const Run& run) const;
    Result<void> apply(Run& run, std::span<const qint64> numbers, ItemState state, const QString& reason);
    Result<void> applyCopies(Run& run, std::span<const SavedCopy> copies, ItemState next);

    std::shared_ptr<FakeWorld> world_;
    std::recursive_mutex mutex_;
    std::vector<std::unique_ptr<Run>> runs_;
};

} // namespace signalbox
