// Asynchronous reads of a snapshot for views: calls return at once. Searches run on one thread, fetching rows
// on another, so that a table scrolls while a search runs. A newer ids()/count() request makes an older one
// end as Cancelled. Lives on the GUI thread.
#pragma once

#include "models/deadletters/snapshot.h"

#include <QFuture>
#include <QObject>
#include <QThreadPool>
#include <functional>

namespace signalbox {

class SnapshotReader : public QObject {
    Q_OBJECT
public:
    explicit SnapshotReader(std::shared_ptr<Snapshot> snapshot, QObject* parent = nullptr);
    ~SnapshotReader() override; // interrupts and waits

    SnapshotInfo info() const;
    const std::shared_ptr<Snapshot>& snapshot() const { return snapshot_; }

    QFuture<Result<IdPage>> ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit);
    QFuture<Result<qint64>> count(const SnapshotQuery& query);
    QFuture<Result<std::vector<SnapshotRow>>> rows(std::vector<qint64> ids);
    QFuture<Result<Message>> message(qint64 id);
    // Counting a query's groups waits for searches, and ends as Cancelled when one is asked for meanwhile.
    QFuture<Result<std::vector<FailureGroup>>> groups(const SnapshotQuery& query = {});
    // Asked after each fetch of rows, on its thread; what it fails with is left out: rows are shown unmarked.
    void setMarker(RemovalMarker marker);
    const std::shared_ptr<const RemovalMarker>& marker() const { return marker_; } // null: none

    // Work on copies of the owner's, on the searching thread; not ended early.
    QThreadPool& pool() { return searches_; }

private:
    struct Turn;
    template<class T>
    QFuture<Result<T>> search(std::function<Result<T>(Snapshot&)> work);
    std::shared_ptr<Snapshot> snapshot_;
    std::shared_ptr<Turn> turn_;
    std::shared_ptr<const RemovalMarker> marker_;
    QThreadPool searches_;
    QThreadPool fetches_;
};

} // namespace signalbox
