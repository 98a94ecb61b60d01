// Writes a reading into the file of a snapshot. One thread at a time (the caller guards it); pure work per
// message runs on a helper thread beside the writing. Each append() is one transaction.
#pragma once

#include "app/store/snapshot/fingerprintcounter.h"
#include "app/store/snapshot/grouptable.h"
#include "app/store/snapshot/rowwriter.h"
#include "app/store/snapshot/wordindex.h"

#include <QLockFile>
#include <QThreadPool>

namespace signalbox {

// What is written without a reading under way is refused with this.
Error noReadingBegun();

class SnapshotWriter {
public:
    SnapshotWriter(Database db, SnapshotState state, FactsOf factsOf);
    ~SnapshotWriter(); // an unfinished reading stays marked as not whole

    const SnapshotState& state() const { return state_; } // of the last commit
    bool isReading() const { return reading_; }

    Result<void> begin(const QDateTime& now); // Conflict: another program reads into it
    Result<void> forgetRemoved(const RemovedByAsk& removedBy);
    Result<void> noteOpened(const QString& queueType);
    Result<void> append(std::span<const SnapshotEntry> entries);
    Result<void> finish(bool whole, const QString& endReason, const QDateTime& now);

private:
    Result<void> prepareAndStore(std::span<const SnapshotEntry> entries);
    Result<void> store(std::vector<PreparedEntry>& prepared);
    Result<void> storeOne(PreparedEntry& entry);
    Result<void> settleRows(bool whole, const QString& endReason);
    Result<std::unique_ptr<QLockFile>> lockFile();
    Result<void> readState(); // as another program may have left it
    Result<std::vector<qint64>> removedRows(const RemovedByAsk& removedBy);
    Result<qint64> drop(std::span<const qint64> ids);
    Result<qint64> dropUnmet();
    Result<void> commit(Transaction& transaction);
    void rollBack();
    std::vector<PreparedEntry> prepare(std::span<const SnapshotEntry> entries, MessageWords& splitter) const;

    Database db_;
    SnapshotState state_; // committed
    SnapshotState next_;  // being written
    FactsOf factsOf_;
    TermTable terms_;
    GroupTable groups_;
    WordIndex words_;
    RowWriter rows_;
    FingerprintCounter seen_;
    std::vector<bool> met_; // by id; refresh only
    MessageWords hereSplitter_, helperSplitter_;
    QThreadPool helper_;
    std::unique_ptr<QLockFile> lock_;
    qint64 position_ = 0;
    bool byOffset_ = false; // a stream: offsets are positions for ever
    bool refresh_ = false;
    bool reading_ = false;
};

} // namespace signalbox
