// The desk's questions to the journal: each a blocking call on a thread of the desk.
#include "models/base/background.h"
#include "models/replay/replaydeskstate.h"

namespace signalbox {

QFuture<Result<QString>> ReplayDesk::acceptRestore(const QString& ofRun, const std::vector<qint64>& numbers,
                                                   SharedProgress progress, const SendBack& how) {
    return inBackground(state_->planning,
                        [core = state_->core, ofRun, numbers, how, progress = orNew(std::move(progress))] {
                            std::vector<qint64> sorted = numbers;
                            std::sort(sorted.begin(), sorted.end());
                            return core->acceptRestore(ofRun, std::move(sorted), *progress, how);
                        });
}

QFuture<Result<QString>> ReplayDesk::acceptImport(const EntityRef& queue, const QString& connectionName,
                                                  const QString& file, SharedProgress progress,
                                                  const SendBack& how) {
    return inBackground(state_->planning, [core = state_->core, queue, connectionName, file, how,
                                           progress = orNew(std::move(progress))] {
        return core->acceptImport(queue, connectionName, file, *progress, how);
    });
}

QFuture<Result<std::vector<RunRecord>>> ReplayDesk::runs(const QString& search, int limit) {
    return inBackground(state_->reading, [core = state_->core, search, limit] {
        auto all = core->ports.journal->runs(search, limit);
        if (all) {
            for (const RunRecord& record : *all)
                core->remember(record.header);
        }
        return all;
    });
}

QFuture<Result<int>> ReplayDesk::opensSince(const EntityRef& queue, const QDateTime& since) {
    return inBackground(state_->reading,
                        [core = state_->core, queue, since] { return core->opensSince(queue, since); });
}

QFuture<Result<QString>> ReplayDesk::runAtWorkOn(const EntityRef& queue) {
    return inBackground(state_->reading, [core = state_->core, queue] { return core->runAtWorkOn(queue); });
}

QFuture<Result<qint64>> ReplayDesk::removedSince(const EntityRef& queue, const QDateTime& since) {
    return inBackground(state_->reading,
                        [core = state_->core, queue, since] { return core->removedSince(queue, since); });
}

QFuture<Result<qint64>> ReplayDesk::inDoubtIn(const EntityRef& queue) {
    return inBackground(state_->reading, [core = state_->core, queue] { return core->inDoubtIn(queue); });
}

QFuture<Result<std::vector<QString>>> ReplayDesk::removedBy(const EntityRef& queue, const QDateTime& readAt,
                                                            std::vector<ReadMessage> messages) {
    return inBackground(state_->reading, [core = state_->core, queue, readAt, asked = std::move(messages)] {
        return core->removedBy(queue, readAt, asked);
    });
}

QFuture<Result<RunRecord>> ReplayDesk::run(const QString& idOrPrefix) {
    return inBackground(state_->reading, [core = state_->core, idOrPrefix] {
        auto record = core->ports.journal->run(idOrPrefix);
        if (record)
            core->remember(record->header);
        return record;
    });
}

QFuture<Result<std::vector<RunRecord>>> ReplayDesk::unfinished() {
    return inBackground(state_->reading, [core = state_->core] { return core->unfinished(); });
}

QFuture<Result<std::vector<ItemRecord>>> ReplayDesk::items(const QString& run, std::optional<ItemState> state,
                                                           qint64 afterNumber, int limit) {
    return inBackground(state_->reading, [core = state_->core, run, state, afterNumber, limit] {
        auto page = core->ports.journal->items(run, state, afterNumber, limit);
        if (page) {
            if (auto named = core->ports.journal->addMessageIds(run, *page); !named)
                return Result<std::vector<ItemRecord>>(failure(std::move(named.error())));
        }
        return page;
    });
}

QFuture<Result<ItemRecord>> ReplayDesk::item(const QString& run, qint64 number) {
    return inBackground(state_->reading, [core = state_->core, run, number] {
        return core->ports.journal->item(run, number);
    });
}

QFuture<Result<Message>> ReplayDesk::copy(const QString& run, qint64 number) {
    return inBackground(state_->reading, [core = state_->core, run, number] {
        return core->ports.journal->copy(run, number);
    });
}

QFuture<Result<void>> ReplayDesk::decide(const QString& run, const std::vector<qint64>& numbers,
                                         DoubtChoice choice) {
    return inBackground(state_->reading, [core = state_->core, run, numbers, choice] {
        return core->decide(run, numbers, choice);
    });
}

QFuture<Result<RunRecord>> ReplayDesk::abandon(const QString& run) {
    return inBackground(state_->reading, [core = state_->core, run] { return core->abandon(run); });
}

} // namespace signalbox
