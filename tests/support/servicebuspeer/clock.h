// The peer's time in milliseconds of the epoch: the machine's, moved forward as far as a test likes. Any
// thread.
#pragma once

#include <QDateTime>
#include <atomic>

namespace signalbox::sbpeer {

class Clock {
public:
    qint64 now() const { return QDateTime::currentMSecsSinceEpoch() + moved_; }
    void advance(qint64 milliseconds) { moved_ += milliseconds; }

private:
    std::atomic<qint64> moved_ = 0;
};

// "Never", as .NET's largest time span says it.
inline constexpr qint64 foreverMs = 922337203685477;

} // namespace signalbox::sbpeer
