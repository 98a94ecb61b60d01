// Sessions as a test scripts them, answered at once.
#pragma once

#include "models/base/background.h"
#include "models/messaging/sessiondirectory.h"

namespace signalbox {

class FakeSessions final : public SessionDirectory {
public:
    QFuture<Result<SessionListing>> sessions(const QString& queue, int most) override {
        asked << queue;
        askedMost = most;
        return readyFuture(listing);
    }
    QFuture<Result<BusSession>> session(const QString& queue, const QString& id) override {
        asked << queue;
        if (!listing)
            return readyFuture<Result<BusSession>>(failure(listing.error()));
        for (const BusSession& each : listing->sessions) {
            if (each.id == id)
                return readyFuture<Result<BusSession>>(each);
        }
        return readyFuture<Result<BusSession>>(BusSession{id, false, std::nullopt});
    }

    Result<SessionListing> listing;
    QStringList asked;
    int askedMost = 0;
};

} // namespace signalbox
