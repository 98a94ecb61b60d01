// What the owner of a job wants and what its worker shows: the only state the two threads share. Thread-safe.
#pragma once

#include "models/replay/replayjob.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace signalbox {

class RunControl {
public:
    enum class Wish {
        Run,
        Pause,
        Cancel, // end the run: what is not sent is cancelled
        Detach, // stop working on it: it stays open and can be resumed
    };

    // --- the owner's side
    void setWish(Wish wish);
    ReplayJob::State state() const;
    QString waitingFor() const;
    ReplayJob::Progress progress() const;
    std::optional<Error> error() const;

    // --- the worker's side
    Wish wish() const { return wish_.load(); }
    bool wantsToEnd() const { return wish() == Wish::Cancel || wish() == Wish::Detach; }
    // Sleeps, but not past a new wish.
    void sleepFor(std::chrono::milliseconds time);
    void showState(ReplayJob::State state, const QString& waitingFor = {});
    void showProgress(const ReplayJob::Progress& progress); // announced at most ten times a second
    void showEnd(ReplayJob::State state, std::optional<Error> error);

    // A port is being opened, which may block for long; the owner may interrupt it.
    std::atomic<bool> isOpening{false};
    // Called on the worker's thread; set before it starts.
    std::function<void()> onState;
    std::function<void()> onProgress;

private:
    std::atomic<Wish> wish_{Wish::Run};
    mutable std::mutex mutex_;
    std::condition_variable wishChanged_;
    ReplayJob::State state_ = ReplayJob::State::Idle;
    QString waitingFor_;
    ReplayJob::Progress progress_;
    std::optional<Error> error_;
    std::chrono::steady_clock::time_point announced_{};
};

} // namespace signalbox
