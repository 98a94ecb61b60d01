// A snapshot in one SQLite file. Thread-safe: one connection each for writing, searching and fetching rows,
// each behind its own lock, so that a table scrolls while a search or a reading is under way. interrupt()
// ends searches; fetching rows and messages is short.
#pragma once

#include "app/store/snapshot/snapshotsearch.h"
#include "app/store/snapshot/snapshotwriter.h"
#include "models/base/clock.h"

#include <mutex>

namespace signalbox {

class SqlSnapshot final : public Snapshot {
public:
    static Result<std::shared_ptr<SqlSnapshot>> open(const QString& file, FactsOf factsOf,
                                                     const Clock& clock);
    // A new file gets this information.
    static Result<std::shared_ptr<SqlSnapshot>> openOrMake(const QString& file, const SnapshotInfo& info,
                                                           FactsOf factsOf, const Clock& clock);
    SqlSnapshot(Database searching, Database fetching, SnapshotState state, FactsOf factsOf,
                const Clock& clock);
    ~SqlSnapshot() override;

    SnapshotInfo info() const override;
    Result<void> beginReading() override;
    Result<void> forgetRemoved(const RemovedByAsk& removedBy) override;
    Result<void> noteOpened(const QString& queueType) override;
    Result<void> append(std::span<const SnapshotEntry> entries) override;
    Result<void> finish(bool whole, const QString& endReason) override;
    Result<IdPage> ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit) override;
    Result<qint64> count(const SnapshotQuery& query) override;
    Result<std::vector<SnapshotRow>> rows(std::span<const qint64> ids) override;
    Result<Message> message(qint64 id) override;
    Result<std::vector<FailureGroup>> groups(const SnapshotQuery& query) override;
    Result<std::map<Fingerprint, int>> twins() override;
    void interrupt() override;

private:
    static Result<std::shared_ptr<SqlSnapshot>> make(Database first, SnapshotState state, FactsOf factsOf,
                                                     const Clock& clock);
    Result<void> makeWriter();
    void publish(const SnapshotState& state, bool reading);
    SnapshotRow fullRow(StoredMessage stored) const;

    const Clock& clock_;
    FactsOf factsOf_;
    std::mutex searchMutex_;
    Database searching_;
    std::atomic<int> interrupts_ = 0;
    SnapshotSearch search_;
    std::mutex fetchMutex_;
    Database fetching_;
    RowReader rows_;
    std::mutex writeMutex_;
    std::unique_ptr<SnapshotWriter> writer_;
    mutable std::mutex infoMutex_;
    SnapshotInfo info_;
};

} // namespace signalbox
