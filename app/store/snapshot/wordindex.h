// Feeds the full-text index in large steps: the index keeps a step in memory and writes it sorted, so few
// large steps are several times faster than one per batch. Rows not yet in the index are found by reading
// them. Writer's thread only.
#pragma once

#include "app/store/snapshot/snapshotentry.h"
#include "app/store/snapshot/snapshotfile.h"

namespace signalbox {

class WordIndex {
public:
    static constexpr std::size_t stepRows = 16384;
    static constexpr qsizetype stepBytes = 24 * 1024 * 1024;

    explicit WordIndex(Database& db)
        : db_(db) {}
    void add(qint64 id, QByteArray words);
    bool isDue() const { return pending_.size() >= stepRows || pendingBytes_ >= stepBytes; }
    // Inside the caller's transaction; moves state.indexedTo.
    Result<void> flush(SnapshotState& state);
    // Rows that an interrupted reading left out; `rebuild`: all of them, because most of the index is of rows
    // that are gone. In transactions of its own.
    Result<void> catchUp(SnapshotState& state, bool rebuild);
    void forget(); // after a rollback

private:
    Result<bool> step(SnapshotState& state); // false: nothing left
    Database& db_;
    Statement add_;
    std::vector<std::pair<qint64, QByteArray>> pending_;
    qsizetype pendingBytes_ = 0;
    MessageWords splitter_;
};

} // namespace signalbox
