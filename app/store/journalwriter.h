// The writing connection of the replay journal while runs work: marks and copies, a few hundred per
// transaction, by prepared statements; numbers that lie side by side are one statement. One thread at a time
// (the journal guards it).
#pragma once

#include "app/store/journalrows.h"
#include "models/base/clock.h"

namespace signalbox {

class JournalWriter {
public:
    static Result<std::unique_ptr<JournalWriter>> open(Database db, const Clock& clock);

    Database& db() { return db_; }
    qint64 nowMs() const { return toMs(clock_.now()); }
    Result<qint64> runNumber(const QString& run); // NotFound

    Result<void> write(const QString& run, const JournalStep& step);
    Result<void> dropEmptyRun(const QString& run);
    Result<void> noteSourceOpen(const QString& run);
    Result<void> setRunState(const QString& run, RunState state, const QString& reason);
    // Gives how many copies went. One transaction per few thousand.
    Result<std::vector<qint64>> runsToPrune(const QDateTime& olderThan);
    // Deletes some copies of a run from item key `from` on; gives the key to go on with, 0 = done.
    Result<qint64> pruneSome(qint64 runNo, qint64 from, qint64* deleted);
    Result<void> giveSpaceBack();

    // --- for the planner, inside its transaction
    using CountChange = std::map<int, qint64>; // state -> items more or fewer
    struct ItemRow {
        qint64 key = 0;
        ItemState state = ItemState::Planned;
        bool hasCopy = false;
        Fingerprint fingerprint;
        int occurrence = 0;
        int twins = -1;
        qint64 snapshotId = 0;
        qint64 position = 0;
        QString refusal;  // empty = none
        qint64 route = 0; // 0 = none
        QString session;  // null: none
    };
    Result<void> insertItem(const ItemRow& row, CountChange& change);
    Result<void> putCopy(qint64 key, const Message& message, const QByteArray& encodedProperties);
    Result<void> applyCounts(qint64 runNo, const CountChange& change);

private:
    JournalWriter(Database db, const Clock& clock)
        : db_(std::move(db))
        , clock_(clock) {}
    Result<void> prepareAll();
    Result<void> mark(qint64 runNo, const JournalMark& mark, CountChange& change);
    Result<void> saveCopies(qint64 runNo, std::span<const SavedCopy> copies, ItemState next,
                            CountChange& change);
    // Notes the states of the items in the range and gives the keys that have a row.
    Result<std::vector<qint64>> leaveStates(qint64 runNo, NumberRange range, CountChange& change);

    Database db_; // before the statements: they must die first
    const Clock& clock_;
    QHash<QString, qint64> runNumbers_;
    Statement findRun_;
    Statement statesOfRange_;
    Statement markRange_;
    Statement saveRange_;
    Statement insertItem_;
    Statement insertIdentity_;
    Statement putCopy_;
    Statement addCount_;
};

} // namespace signalbox
