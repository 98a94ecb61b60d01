// A purge that keeps no copies: asks the purger again and again until nothing is left, through lost links and
// busy moments. Worker's thread; blocking.
#pragma once

#include "models/messaging/queuepurger.h"
#include "models/replay/portlink.h"
#include "models/replay/replayengine.h"

namespace signalbox {

class BarePurge {
public:
    // `ready`: messages when the person asked; -1: not known. `mayWrite` may be null.
    BarePurge(QueuePurger& purger, RunControl& control, const ReplayTuning& tuning, qint64 ready,
              std::function<Result<void>()> mayWrite);

    ReplayEngine::End run();
    const std::optional<Error>& error() const { return error_; }
    const std::optional<Error>& notAllowed() const { return notAllowed_; }
    QString summary() const; // "12 removed, no copies kept"

private:
    using Time = PortLink::Time;
    static Time now() { return std::chrono::steady_clock::now(); }
    bool keepOpen();    // false: an error that ends it, or no right
    bool removeOnce();  // false: it is over
    bool pauseWanted(); // waits a moment
    void showProgress();
    bool failed(const Error& error);

    QueuePurger& purger_;
    RunControl& control_;
    const ReplayTuning& tuning_;
    const qint64 ready_;
    const std::function<Result<void>()> mayWrite_;
    PortLink link_;
    std::optional<Error> error_;
    std::optional<Error> notAllowed_;
    bool isDone_ = false;
    const Time began_;
};

} // namespace signalbox
