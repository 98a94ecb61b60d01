// The guard rails of a connection, as a pure rule over profile, elevation and clock. Production is read-only
// until somebody elevates with a reason; an elevation ends by itself.
#pragma once

#include "models/base/clock.h"
#include "models/base/writepermit.h"
#include "models/connections/connectionprofile.h"

namespace signalbox {

struct Elevation {
    QString connectionId;
    QString actor;
    QString reason;
    QDateTime until; // UTC
    bool operator==(const Elevation&) const = default;
};

class GuardRail {
public:
    static constexpr int elevationMinutes = 15; // default length; at most 120
    // A permit, or NotAllowed with what to do. `elevation` may be null.
    static Result<WritePermit> permit(const ConnectionProfile& profile, const Elevation* elevation,
                                      const QDateTime& now);
    // Invalid when the reason has fewer than 5 letters or the time is out of range.
    static Result<Elevation> elevate(const ConnectionProfile& profile, const QString& actor,
                                     const QString& reason, int minutes, const QDateTime& now);
    // Purge: the typed text must be the queue's name, letter for letter.
    static Result<void> confirmPurge(const QString& queue, const QString& typed);
};

class ElevationStore {
public:
    virtual ~ElevationStore() = default;
    virtual Result<std::optional<Elevation>> elevation(const QString& connectionId) = 0;
    virtual Result<void> saveElevation(const Elevation& elevation) = 0; // replaces
    virtual Result<void> dropElevation(const QString& connectionId) = 0;
};

} // namespace signalbox
