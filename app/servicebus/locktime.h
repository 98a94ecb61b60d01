// When a lock wants to be renewed. Pure but for the clock.
#pragma once

#include "models/messaging/amqp10.h"

#include <algorithm>
#include <chrono>

namespace signalbox::servicebus {

// A clock that is behind must not make locks look longer.
inline constexpr qint64 longestTrustMs = 60000;

// Half of what is left of a lock that ends then (0: nobody said).
inline std::chrono::milliseconds untilRenewal(qint64 lockedUntilMs) {
    const qint64 left = lockedUntilMs - QDateTime::currentMSecsSinceEpoch();
    return std::chrono::milliseconds(std::clamp<qint64>(left, 1000, longestTrustMs) / 2);
}

// Since 1970; 0: it is no time.
inline qint64 millisecondsOf(const HeaderValue* value) {
    const QDateTime time = amqp10::time(value);
    return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

} // namespace signalbox::servicebus
