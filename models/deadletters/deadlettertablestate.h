// Private state of DeadLetterTableModel. GUI thread.
#pragma once

#include "models/deadletters/deadlettertablemerge.h"
#include "models/deadletters/deadlettertablemodel.h"

#include <QCache>
#include <QSet>
#include <QTimer>

namespace signalbox {

struct DeadLetterTableModel::State {
    static constexpr int firstPage = 200; // fills a window at once
    static constexpr int largestPage = 50000;
    static constexpr int block = 64; // rows fetched together
    static constexpr int cachedRows = 4096;
    // Sorting more rows than that starts a new list instead of rearranging the old one.
    static constexpr int rearrangeLimit = 200000;

    std::shared_ptr<SnapshotReader> reader;
    SnapshotQuery query;
    QList<qint64> ids;
    QCache<qint64, SnapshotRow> rows{cachedRows};
    mutable QSet<int> wantedBlocks; // asked for by data(), not yet on their way
    QSet<int> blocksUnderWay;
    QTimer fetchTimer;
    int generation = 0; // of the rows' contents: answers to older questions are dropped

    int serial = 0; // of the running listing
    SnapshotCursor cursor;
    int pageSize = firstPage;
    bool merging = false;      // the listing goes into `incoming` instead of the table
    bool refreshAgain = false; // asked for while a listing was under way
    QList<qint64> incoming;
    bool busy = false;
    std::optional<Error> error;
};

} // namespace signalbox
