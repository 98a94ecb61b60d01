// The clock as a dependency, so that rules and tests never read the wall clock themselves. UTC.
#pragma once

#include <QDateTime>

namespace signalbox {

class Clock {
public:
    virtual ~Clock() = default;
    virtual QDateTime now() const = 0; // UTC, millisecond resolution
};

class SystemClock final : public Clock {
public:
    QDateTime now() const override { return QDateTime::currentDateTimeUtc(); }
};

} // namespace signalbox
