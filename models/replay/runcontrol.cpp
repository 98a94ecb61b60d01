#include "models/replay/runcontrol.h"

namespace signalbox {

using namespace std::chrono_literals;

void RunControl::setWish(Wish wish) {
    {
        const std::lock_guard lock(mutex_);
        // An end that was asked for is not taken back; a cancel outranks a detach.
        const Wish old = wish_.load();
        if (old == Wish::Cancel || (old == Wish::Detach && wish != Wish::Cancel))
            return;
        wish_.store(wish);
    }
    wishChanged_.notify_all();
}

ReplayJob::State RunControl::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

QString RunControl::waitingFor() const {
    const std::lock_guard lock(mutex_);
    return waitingFor_;
}

ReplayJob::Progress RunControl::progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
}

std::optional<Error> RunControl::error() const {
    const std::lock_guard lock(mutex_);
    return error_;
}

void RunControl::sleepFor(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    const Wish before = wish_.load();
    wishChanged_.wait_for(lock, time, [&] { return wish_.load() != before; });
}

void RunControl::showState(ReplayJob::State state, const QString& waitingFor) {
    {
        const std::lock_guard lock(mutex_);
        if (state_ == state && waitingFor_ == waitingFor)
            return;
        state_ = state;
        waitingFor_ = waitingFor;
    }
    if (onState)
        onState();
}

void RunControl::showProgress(const ReplayJob::Progress& progress) {
    {
        const std::lock_guard lock(mutex_);
        progress_ = progress;
        const auto now = std::chrono::steady_clock::now();
        if (now - announced_ < 100ms)
            return;
        announced_ = now;
    }
    if (onProgress)
        onProgress();
}

void RunControl::showEnd(ReplayJob::State state, std::optional<Error> error) {
    {
        const std::lock_guard lock(mutex_);
        error_ = std::move(error);
    }
    if (onProgress)
        onProgress();
    showState(state);
}

} // namespace signalbox
