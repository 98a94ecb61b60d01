#include "app/store/snapshot/sqlsnapshotlibrary.h"

#include <QCryptographicHash>
#include <QDir>

namespace signalbox {

namespace {

const QString suffix = QStringLiteral(".snapshot");

// Names of queues hold any characters; their hash does not.
QString idOf(const EntityRef& queue) {
    QCryptographicHash hash(QCryptographicHash::Blake2b_160);
    for (const QString& part : {queue.connectionId, queue.space, queue.name}) {
        hash.addData(part.toUtf8());
        hash.addData(QByteArrayView("\0", 1));
    }
    return QString::fromLatin1(hash.result().left(12).toHex());
}

bool isId(const QString& id) {
    return !id.isEmpty() && std::all_of(id.begin(), id.end(), [](QChar c) {
        return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
    });
}

} // namespace

SqlSnapshotLibrary::SqlSnapshotLibrary(QString folder, FactsOf factsOf, const Clock& clock)
    : folder_(std::move(folder))
    , factsOf_(std::move(factsOf))
    , clock_(clock) {}

QString SqlSnapshotLibrary::fileOf(const QString& id) const {
    return folder_ + u'/' + id + suffix;
}

Result<void> SqlSnapshotLibrary::makeFolder() const {
    if (QDir(folder_).exists())
        return {};
    if (!QDir().mkpath(folder_))
        return failure(ErrorKind::Storage,
                       QStringLiteral("Cannot make the folder %1 for snapshots.").arg(folder_));
    QFile::setPermissions(folder_, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return {};
}

std::shared_ptr<SqlSnapshot> SqlSnapshotLibrary::inUse(const QString& id) {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : found->second.lock();
}

Result<std::vector<SnapshotInfo>> SqlSnapshotLibrary::list() {
    const std::lock_guard lock(mutex_);
    std::vector<SnapshotInfo> all;
    const QStringList files = QDir(folder_).entryList({u'*' + suffix}, QDir::Files);
    for (const QString& name : files) {
        if (const auto snapshot = inUse(name.chopped(suffix.size()))) {
            all.push_back(snapshot->info());
            continue;
        }
        auto db = snapshotfile::openExisting(folder_ + u'/' + name);
        const auto state = db ? snapshotfile::read(*db) : failure(db.error());
        if (state && *state)
            all.push_back((*state)->info);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.takenAt > b.takenAt; });
    return all;
}

Result<std::shared_ptr<Snapshot>> SqlSnapshotLibrary::openFor(const EntityRef& queue,
                                                              const QString& connectionName,
                                                              const QString& queueType, bool keepBodies) {
    const std::lock_guard lock(mutex_);
    SnapshotInfo info;
    info.id = idOf(queue);
    if (auto snapshot = inUse(info.id))
        return snapshot;
    if (auto made = makeFolder(); !made)
        return failure(made.error());
    info.source = queue;
    info.connectionName = connectionName;
    info.queueType = queueType;
    info.takenAt = clock_.now();
    info.bodiesKept = keepBodies;
    info.endReason = QStringLiteral("not read yet");
    auto snapshot = SqlSnapshot::openOrMake(fileOf(info.id), info, factsOf_, clock_);
    if (!snapshot && snapshot.error().kind == ErrorKind::Corrupt) { // it can be read again
        if (auto removed = removeFile(info.id); !removed)
            return failure(removed.error());
        snapshot = SqlSnapshot::openOrMake(fileOf(info.id), info, factsOf_, clock_);
    }
    if (!snapshot)
        return failure(snapshot.error());
    open_[info.id] = *snapshot;
    return std::shared_ptr<Snapshot>(std::move(*snapshot));
}

Result<std::shared_ptr<Snapshot>> SqlSnapshotLibrary::open(const QString& id) {
    const std::lock_guard lock(mutex_);
    if (!isId(id))
        return failure(ErrorKind::NotFound, QStringLiteral("There is no snapshot %1.").arg(id));
    if (auto snapshot = inUse(id))
        return snapshot;
    auto snapshot = SqlSnapshot::open(fileOf(id), factsOf_, clock_);
    if (!snapshot)
        return failure(snapshot.error());
    open_[id] = *snapshot;
    return std::shared_ptr<Snapshot>(std::move(*snapshot));
}

Result<void> SqlSnapshotLibrary::removeFile(const QString& id) {
    const QString file = fileOf(id);
    if (!QFile::exists(file))
        return failure(ErrorKind::NotFound, QStringLiteral("There is no snapshot %1.").arg(id));
    QLockFile reading(file + QStringLiteral(".lock"));
    reading.setStaleLockTime(0);
    if (!reading.tryLock(0))
        return failure(ErrorKind::Busy,
                       QStringLiteral("Another Signalbox is reading into the snapshot %1.").arg(id));
    QFile::remove(file + QStringLiteral("-wal"));
    QFile::remove(file + QStringLiteral("-shm"));
    if (!QFile::remove(file))
        return failure(ErrorKind::Storage, QStringLiteral("Cannot delete the snapshot %1.").arg(file));
    return {};
}

Result<void> SqlSnapshotLibrary::remove(const QString& id) {
    const std::lock_guard lock(mutex_);
    if (!isId(id))
        return failure(ErrorKind::NotFound, QStringLiteral("There is no snapshot %1.").arg(id));
    if (inUse(id))
        return failure(ErrorKind::Busy, QStringLiteral("The snapshot is in use."));
    return removeFile(id);
}

Result<int> SqlSnapshotLibrary::prune(const QDateTime& olderThan) {
    const auto all = list();
    if (!all)
        return failure(all.error());
    int removed = 0;
    for (const SnapshotInfo& info : *all) {
        if (info.takenAt < olderThan && remove(info.id))
            ++removed;
    }
    return removed + pruneUnreadable(*all, olderThan);
}

// Damaged files and those of another version tell no time of their own, but hold bodies all the same.
int SqlSnapshotLibrary::pruneUnreadable(std::span<const SnapshotInfo> readable, const QDateTime& olderThan) {
    int removed = 0;
    const QFileInfoList files = QDir(folder_).entryInfoList({u'*' + suffix}, QDir::Files);
    for (const QFileInfo& file : files) {
        const QString id = file.fileName().chopped(suffix.size());
        const bool isReadable = std::any_of(readable.begin(), readable.end(),
                                            [&id](const SnapshotInfo& info) { return info.id == id; });
        const QFileInfo log(file.filePath() + QStringLiteral("-wal"));
        const QDateTime changed = std::max(file.lastModified(), log.lastModified());
        if (!isReadable && changed < olderThan && remove(id))
            ++removed;
    }
    return removed;
}

} // namespace signalbox
