#include "app/store/lockfilelease.h"

namespace signalbox {

namespace {

std::unique_ptr<QLockFile> lockOf(const QString& workspaceFile, const QString& run) {
    auto lock = std::make_unique<QLockFile>(QStringLiteral("%1.run-%2.lock").arg(workspaceFile, run));
    lock->setStaleLockTime(0); // age alone says nothing: a run may take days; only a dead process frees it
    return lock;
}

} // namespace

Result<std::unique_ptr<RunLease>> LockFileLease::take(const QString& workspaceFile, const QString& run) {
    auto lock = lockOf(workspaceFile, run);
    constexpr int patienceMs = 200; // somebody may just be looking whether it is free
    if (lock->tryLock(patienceMs))
        return std::unique_ptr<RunLease>(new LockFileLease(std::move(lock)));
    if (lock->error() != QLockFile::LockFailedError)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("The lock of the run cannot be written beside %1. Make its folder writable.")
                .arg(workspaceFile),
            lock->fileName());
    qint64 pid = 0;
    QString host;
    QString program;
    lock->getLockInfo(&pid, &host, &program);
    return failure(ErrorKind::Conflict,
                   QStringLiteral("Run %1 is being worked on by another Signalbox (%2, process %3 on %4).")
                       .arg(run, program)
                       .arg(pid)
                       .arg(host));
}

bool LockFileLease::isFree(const QString& workspaceFile, const QString& run) {
    return lockOf(workspaceFile, run)->tryLock(0); // given back at once by its destructor
}

} // namespace signalbox
