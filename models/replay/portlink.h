// Up or down, and when to try again: exponential back-off with a cap for one of the two ports. One thread.
#pragma once

#include "models/base/error.h"
#include "models/replay/replaytuning.h"

#include <chrono>

namespace signalbox {

class PortLink {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit PortLink(const ReplayTuning& tuning)
        : tuning_(tuning) {}

    bool isUp() const { return up_; }
    bool everUp() const { return everUp_; }
    bool isDue(Time now) const { return !up_ && now >= nextTry_; }
    Time nextTry() const { return nextTry_; }
    const Error& error() const { return error_; } // why it is down

    void opened();
    void worked();                  // not only opened: the next failure is a first one again
    void closedOnPurpose(Time now); // down, next try at once
    // False: trying again cannot help, the run ends with this error.
    bool failed(const Error& error, Time now);

private:
    bool isTemporary(const Error& error, Time now) const;

    const ReplayTuning& tuning_;
    bool up_ = false;
    bool everUp_ = false;
    int failures_ = 0;
    Time nextTry_{};
    Time downSince_{};
    Error error_;
};

} // namespace signalbox
