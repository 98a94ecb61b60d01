#include "models/deadletters/snapshotreader.h"

#include "models/base/background.h"

#include <mutex>

namespace signalbox {

// Whose turn it is: the newest request's. An older one under way is interrupted, one still waiting is
// skipped.
struct SnapshotReader::Turn {
    std::mutex mutex;
    quint64 newest = 0;
    bool searching = false;

    quint64 take(Snapshot& snapshot) {
        const std::lock_guard lock(mutex);
        if (searching)
            snapshot.interrupt();
        return ++newest;
    }
    bool begin(quint64 mine) {
        const std::lock_guard lock(mutex);
        searching = mine == newest;
        return searching;
    }
    void join() { // what is nobody's newest request, but gives way to the next one
        const std::lock_guard lock(mutex);
        searching = true;
    }
    void end() {
        const std::lock_guard lock(mutex);
        searching = false;
    }
};

SnapshotReader::SnapshotReader(std::shared_ptr<Snapshot> snapshot, QObject* parent)
    : QObject(parent)
    , snapshot_(std::move(snapshot))
    , turn_(std::make_shared<Turn>()) {
    searches_.setMaxThreadCount(1);
    fetches_.setMaxThreadCount(1);
}

SnapshotReader::~SnapshotReader() {
    turn_->take(*snapshot_);
    // A search that began between the two has not heard of it yet, so it is told again.
    while (!searches_.waitForDone(20))
        snapshot_->interrupt();
    fetches_.waitForDone();
}

SnapshotInfo SnapshotReader::info() const {
    return snapshot_->info();
}

template<class T>
QFuture<Result<T>> SnapshotReader::search(std::function<Result<T>(Snapshot&)> work) {
    const quint64 mine = turn_->take(*snapshot_);
    return inBackground(
        searches_, [snapshot = snapshot_, turn = turn_, mine, work = std::move(work)]() -> Result<T> {
            if (!turn->begin(mine))
                return failure(ErrorKind::Cancelled, QStringLiteral("A newer search took its place."));
            auto result = work(*snapshot);
            turn->end();
            return result;
        });
}

QFuture<Result<IdPage>> SnapshotReader::ids(const SnapshotQuery& query, const SnapshotCursor& from,
                                            int limit) {
    return search<IdPage>(
        [query, from, limit](Snapshot& snapshot) { return snapshot.ids(query, from, limit); });
}

QFuture<Result<qint64>> SnapshotReader::count(const SnapshotQuery& query) {
    return search<qint64>([query](Snapshot& snapshot) { return snapshot.count(query); });
}

QFuture<Result<std::vector<SnapshotRow>>> SnapshotReader::rows(std::vector<qint64> ids) {
    return inBackground(fetches_, [snapshot = snapshot_, ids = std::move(ids), marker = marker_] {
        auto rows = snapshot->rows(ids);
        if (rows && marker)
            (void)(*marker)(*rows);
        return rows;
    });
}

QFuture<Result<Message>> SnapshotReader::message(qint64 id) {
    return inBackground(fetches_, [snapshot = snapshot_, id] { return snapshot->message(id); });
}

QFuture<Result<std::vector<FailureGroup>>> SnapshotReader::groups(const SnapshotQuery& query) {
    if (query.where.isEmpty() && query.text.isEmpty())
        return inBackground(fetches_, [snapshot = snapshot_, query] { return snapshot->groups(query); });
    return inBackground(searches_,
                        [snapshot = snapshot_, turn = turn_, query]() -> Result<std::vector<FailureGroup>> {
                            turn->join();
                            auto groups = snapshot->groups(query);
                            turn->end();
                            return groups;
                        });
}

void SnapshotReader::setMarker(RemovalMarker marker) {
    marker_ = marker ? std::make_shared<const RemovalMarker>(std::move(marker)) : nullptr;
}

} // namespace signalbox
