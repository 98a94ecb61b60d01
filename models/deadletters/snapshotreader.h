// Asynchronous reads of a snapshot for views: calls return at once, the work runs on one thread of its own,
// and a newer ids()/count() request makes an older one end early. Lives on the GUI thread.
#pragma once

#include "models/deadletters/snapshot.h"

#include <QFuture>
#include <QObject>
#include <QThreadPool>

namespace signalbox {

class SnapshotReader : public QObject {
    Q_OBJECT
public:
    explicit SnapshotReader(std::shared_ptr<Snapshot> snapshot, QObject* parent = nullptr);
    ~SnapshotReader() override; // interrupts and waits

    SnapshotInfo info() const;
    const std::shared_ptr<Snapshot>& snapshot() const { return snapshot_; }

    QFuture<Result<IdPage>> ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit);
    QFuture<Result<std::vector<SnapshotRow>>> rows(std::vector<qint64> ids);
    QFuture<Result<Message>> message(qint64 id);
    QFuture<Result<std::vector<FailureGroup>>> groups();

private:
    std::shared_ptr<Snapshot> snapshot_;
    QThreadPool pool_;
};

} // namespace signalbox
