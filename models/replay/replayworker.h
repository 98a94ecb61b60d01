// The worker thread of a job: from taking the run's lease to its last word in the journal.
#pragma once

#include "models/replay/openbudget.h"
#include "models/replay/replayengine.h"
#include "models/replay/runcontrol.h"

#include <thread>

namespace signalbox {

struct RunContext;
class RunItems;

class ReplayJob::Worker {
public:
    Worker(ReplayJob& job, WritePermit permit, QString runId, Parts parts);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void start();
    bool hasStarted() const { return thread_.joinable(); }
    bool hasEnded() const { return ended_.load(); }
    void interruptPorts();

    RunControl control;
    const QString runId;

private:
    void run();
    Result<std::unique_ptr<RunLease>> begin(RunHeader* header);
    Result<void> doubtUnanswered(RunItems& items, const RunContext& context);
    Result<void> work(const RunHeader& header, RunState* end);
    ReplayEngine::End purgeBarely(const RunHeader& header, Result<void>* done);
    void finish(RunState end, const std::optional<Error>& error, std::unique_ptr<RunLease> lease);

    WritePermit permit_;
    Parts parts_;
    std::atomic<bool> ended_{false};
    bool wasCutOff_ = false; // it was under way when this process took it up
    OpenBudget::Start deliveries_;
    QString summary_;
    std::optional<qint64> removedBarely_; // without copies: no item of the journal tells
    std::optional<Error> notAllowed_;     // why a run was stopped that may go on later
    std::thread thread_;
};

} // namespace signalbox
