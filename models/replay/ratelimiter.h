// Token bucket: how many messages may go out now. One thread.
#pragma once

#include <algorithm>
#include <chrono>

namespace signalbox {

class RateLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;

    // perSecond 0 = no limit. A tenth of a second may be saved up, so that bursts stay small.
    explicit RateLimiter(double perSecond)
        : perSecond_(perSecond)
        , most_(std::max(1.0, perSecond / 10)) {}

    bool isLimited() const { return perSecond_ > 0; }
    double perSecond() const { return perSecond_; }

    int allowed(Time now, int wanted) {
        if (!isLimited())
            return wanted;
        if (last_ == Time{})
            tokens_ = 1;
        else
            tokens_ =
                std::min(most_, tokens_ + perSecond_ * std::chrono::duration<double>(now - last_).count());
        last_ = now;
        return std::min(wanted, static_cast<int>(tokens_));
    }
    void spend(int count) {
        if (isLimited())
            tokens_ -= count;
    }

private:
    double perSecond_;
    double most_;
    double tokens_ = 0;
    Time last_{};
};

} // namespace signalbox
