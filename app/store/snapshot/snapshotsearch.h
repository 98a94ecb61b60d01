// Answers queries on one snapshot: which rows, in which order. Keeps the last query's result, so that its
// further pages cost next to nothing. One per reading connection; guarded by the owner.
#pragma once

#include "app/store/snapshot/rowreader.h"
#include "app/store/snapshot/textsearch.h"
#include "app/store/snapshot/wherecolumns.h"

#include <QElapsedTimer>
#include <atomic>

namespace signalbox {

class SnapshotSearch {
public:
    // `interrupts` counts up when whatever runs shall end as Cancelled.
    SnapshotSearch(Database& db, const std::atomic<int>& interrupts)
        : db_(db)
        , columns_(db)
        , reader_(db)
        , interrupts_(interrupts) {}

    Result<IdPage> ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit);
    Result<qint64> count(const SnapshotQuery& query);
    struct Tally {
        qint64 messages = 0;
        qint64 firstSeen = unknownTime; // ms, UTC
        qint64 lastSeen = unknownTime;
    };
    // Of the rows that where and text find, by group.
    Result<std::map<qint64, Tally>> tally(SnapshotQuery query);

private:
    using Branch = std::shared_ptr<const WhereNode>;
    struct Candidates { // rows that pass all but the branches below
        SnapshotQuery query;
        std::size_t rows = 0;
        qint64 generation = -1;
        qint64 indexedTo = 0;
        bool narrowed = false; // else all rows
        SlotSet slots;
        std::vector<Where> branches; // to be tested message by message
        RowReader::What branchesNeed = RowReader::What::Texts;
        // When few rows pass, they are tested in the order of the file, which is much faster than in another.
        bool settling = false;
        std::size_t settledTo = 0;
        SlotSet passing;
    };
    Result<void> find(const SnapshotQuery& query);
    Result<Transaction> findAll(const SnapshotQuery& query);
    Result<void> narrow(Result<SlotSet> by);
    Result<void> narrowByWhere(const Branch& root);
    Result<SlotSet> wordMatches(const QByteArray& expression);
    Result<void> addWordMatches(Statement& rows, const QByteArray& expression, SlotSet& slots);
    Result<SlotSet> prefixMatches(const QByteArray& prefix);
    Result<SlotSet> textMatches(const TextSearch& search);
    Result<SlotSet> groupMatches(qint64 group);
    Result<void> addPartial(SlotSet& slots);
    Result<void> addUnindexed(SlotSet& slots, const TextSearch* search);
    Result<bool> passes(std::size_t slot);
    Result<bool> settle(const QElapsedTimer* slice); // false: the time was up before the end
    bool worthSettling(qint64 looked, qint64 found, qint64 limit) const;
    Result<std::size_t> startOf(const SnapshotCursor& from, const SlotOrder* order, bool descending) const;
    bool interrupted() const { return interrupts_ != started_; }

    Database& db_;
    ColumnStore columns_;
    RowReader reader_;
    MessageWords splitter_;
    const std::atomic<int>& interrupts_;
    int started_ = 0;
    Candidates found_;
};

} // namespace signalbox
