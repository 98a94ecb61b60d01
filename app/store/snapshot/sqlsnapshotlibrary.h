// All snapshots of a folder, one file per connection and queue. Thread-safe. Damaged files are
// not mended: the queue can be read again.
#pragma once

#include "app/store/snapshot/sqlsnapshot.h"

#include <map>

namespace signalbox {

class SqlSnapshotLibrary final : public SnapshotLibrary {
public:
    // `folder` is made with mode 0700 when it is first needed. `clock` must outlive the library and its
    // snapshots; `factsOf` is called from worker threads.
    SqlSnapshotLibrary(QString folder, FactsOf factsOf, const Clock& clock);

    Result<std::vector<SnapshotInfo>> list() override; // newest first
    Result<std::shared_ptr<Snapshot>> openFor(const EntityRef& queue, const QString& connectionName,
                                              const QString& queueType, bool keepBodies) override;
    Result<std::shared_ptr<Snapshot>> open(const QString& id) override;
    Result<void> remove(const QString& id) override; // Busy while somebody uses it
    Result<int> prune(const QDateTime& olderThan) override;

private:
    QString fileOf(const QString& id) const;
    Result<void> makeFolder() const;
    std::shared_ptr<SqlSnapshot> inUse(const QString& id);
    Result<void> removeFile(const QString& id);
    int pruneUnreadable(std::span<const SnapshotInfo> readable, const QDateTime& olderThan);

    QString folder_;
    FactsOf factsOf_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<QString, std::weak_ptr<SqlSnapshot>> open_;
};

} // namespace signalbox
