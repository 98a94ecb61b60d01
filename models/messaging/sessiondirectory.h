// Port: the sessions of a Service Bus queue or subscription and the state that applications keep with them.
// Lives with the gateway that gives it (BrokerGateway::sessions()); nothing is locked or changed.
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <QFuture>
#include <QString>
#include <optional>
#include <vector>

namespace signalbox {

struct BusSession {
    QString id;
    bool hasMessages = false;        // some that a receiver would get
    std::optional<QByteArray> state; // as the application wrote it; none: it has none, or it is not told
    bool isStateTold = true;         // false: the service keeps it from who does not hold the session
    bool operator==(const BusSession&) const = default;
};

struct SessionListing {
    std::vector<BusSession> sessions; // by id; those with messages and those with state
    bool isWhole = true;              // false: there are more
};

class SessionDirectory {
public:
    virtual ~SessionDirectory() = default;
    // At most `most`, with their states. NotAllowed: no right Listen, or the queue has no sessions; NotFound.
    virtual QFuture<Result<SessionListing>> sessions(const QString& queue, int most) = 0;
    // The one of that id, which need not exist: then it has neither messages nor state.
    virtual QFuture<Result<BusSession>> session(const QString& queue, const QString& id) = 0;
};

} // namespace signalbox
