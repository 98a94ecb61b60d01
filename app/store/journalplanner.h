// Writes what is planned: runs, their items, items that bring their bytes along, and copies taken over from
// another run. Uses the writer's connection; one thread at a time (the journal guards it).
#pragma once

#include "app/store/journalwriter.h"

namespace signalbox {

class JournalPlanner {
public:
    explicit JournalPlanner(JournalWriter& writer)
        : writer_(writer) {}

    Result<void> createRun(const RunHeader& header);
    // Messages, if given, are as many as items; their items start as Saved.
    Result<void> addItems(const QString& run, std::span<const PlanItem> items,
                          std::span<const Message> messages);

    // Takes over copies with a number above `after`, at most a few thousand; `wanted` empty = all.
    struct TakenOver {
        qint64 added = 0;
        qint64 restoredBefore = 0; // skipped: another restore run has them
        qint64 stillThere = 0;     // skipped: the original was not removed
        qint64 missing = 0;        // skipped: no copy (any more)
        qint64 next = 0;           // go on after this number; 0 = done
    };
    Result<TakenOver> takeOver(const QString& run, const QString& fromRun,
                               std::span<const NumberRange> wanted, qint64 after);

private:
    Result<void> prepareAll();
    struct Candidate {
        qint64 key = 0;
        ItemState state = ItemState::Planned;
        bool hasCopy = false;
        Fingerprint fingerprint;
        int occurrence = 0;
    };
    Result<void> addItem(qint64 runNo, const PlanItem& item, const Message* message,
                         JournalWriter::CountChange& change);
    Result<qint64> routeNumber(const PlanRoute& route);
    Result<std::vector<Candidate>> candidates(qint64 fromRunNo, std::span<const NumberRange> wanted,
                                              qint64 after);
    Result<bool> isRestored(qint64 copyKey);
    // Gives the row for the next number of the run, and the route back to its queue.
    Result<JournalWriter::ItemRow> firstRowOf(qint64 runNo);
    Result<void> takeOne(const Candidate& one, JournalWriter::ItemRow& row, TakenOver& result,
                         JournalWriter::CountChange& change);

    void forgetRoutes();

    JournalWriter& writer_;
    QHash<QByteArray, qint64> routes_; // content -> route_no; forgotten when a transaction fails
    PlanRoute lastRoute_;              // most items go where the one before went
    qint64 lastRouteNo_ = 0;
    Statement insertRoute_;
    Statement insertIdentity_;
    Statement insertEdited_;
    Statement restoredBy_;
    Statement copyOver_;
    Statement noteRestore_;
};

} // namespace signalbox
