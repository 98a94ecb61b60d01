// The reading connection of the replay journal: runs, items, copies, and what planning asks of the past. It
// sees what is committed and never waits for the writer. One thread at a time (the journal guards it).
#pragma once

#include "app/store/journalrows.h"

#include <functional>

namespace signalbox {

class JournalReader {
public:
    static Result<std::unique_ptr<JournalReader>> open(Database db);

    Result<std::vector<RunRecord>> runs(const QString& search, int limit); // newest first
    Result<std::vector<RunRecord>> runsOf(const EntityRef& queue, int limit);
    Result<RunRecord> run(const QString& idOrPrefix);
    // Unfinished runs, newest first; the caller sorts out those that are being worked on.
    Result<std::vector<RunRecord>> openRuns();
    Result<std::vector<ItemRecord>> items(const QString& run, std::optional<ItemState> state,
                                          qint64 afterNumber, int limit);
    Result<ItemRecord> item(const QString& run, qint64 number);
    Result<qint64> countSince(const QString& run, ItemState state, const QDateTime& since);
    Result<void> addMessageIds(const QString& run, std::span<ItemRecord> items);
    Result<Message> copy(const QString& run, qint64 number);
    Result<JournalMemory> memory(const EntityRef& source, std::span<const Fingerprint> fingerprints,
                                 const QDateTime& now);

private:
    using Routes = QHash<qint64, PlanRoute>;
    explicit JournalReader(Database db)
        : db_(std::move(db)) {}
    Result<void> prepareAll();
    Result<qint64> runNumber(const QString& run);
    Result<void> readCounts(qint64 runNo, RunRecord& record);
    Result<ItemRecord> itemOf(const Statement& row, Routes& routes);
    Result<PlanRoute> route(qint64 routeNo);

    Database db_; // before the statements: they must die first
    QHash<QString, qint64> runNumbers_;
    Statement findRun_;
    Statement counts_;
    Statement items_;
    Statement itemsInState_;
    Statement route_;
    Statement copy_;
    Statement properties_;
    Statement edited_;
    Statement identity_;
};

} // namespace signalbox
