// The lease of a run as a lock file beside the workspace file, so that two programs never work on the same
// run. A lock whose process is gone (kill -9) is taken over at once. Any thread.
#pragma once

#include "models/replay/replayjournal.h"

#include <QLockFile>

namespace signalbox {

class LockFileLease final : public RunLease {
public:
    // Conflict: another process (or another job of this one) has it.
    static Result<std::unique_ptr<RunLease>> take(const QString& workspaceFile, const QString& run);
    static bool isFree(const QString& workspaceFile, const QString& run);

private:
    explicit LockFileLease(std::unique_ptr<QLockFile> lock)
        : lock_(std::move(lock)) {}
    std::unique_ptr<QLockFile> lock_;
};

} // namespace signalbox
