// A clock that stands still until the test moves it.
#pragma once

#include "models/base/clock.h"

#include <atomic>

namespace signalbox {

class FakeClock final : public Clock {
public:
    explicit FakeClock(QDateTime start = QDateTime(QDate(2024, 3, 1), QTime(12, 0), Qt::UTC))
        : ms_(start.toMSecsSinceEpoch()) {}
    QDateTime now() const override { return QDateTime::fromMSecsSinceEpoch(ms_, Qt::UTC); }
    void set(const QDateTime& now) { ms_ = now.toMSecsSinceEpoch(); }
    void advanceSeconds(qint64 seconds) { ms_ += seconds * 1000; }

private:
    std::atomic<qint64> ms_; // jobs ask on threads of their own
};

} // namespace signalbox
