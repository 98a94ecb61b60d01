// Claims-based security: tells the service by `$cbs` what this connection may do, address by address, and
// tells it again before a token ends. Blocking, on the connection's thread. Source: Azure's "Claims-based
// authorization".
#pragma once

#include "app/servicebus/requestlink.h"
#include "app/servicebus/tokensource.h"

#include <QDateTime>
#include <map>

namespace signalbox::servicebus {

class Claims {
public:
    Claims(AmqpConnection& connection, TokenSource& tokens)
        : connection_(connection)
        , tokens_(tokens) {}

    // Before a link to `address` is opened. NotAllowed, NotAuthenticated: what the service says of the token.
    Result<void> put(const QString& address);
    // Puts again what is about to end; to be called now and then while links are open.
    Result<void> renewDue();
    qint64 nextDue() const; // seconds since 1970, UTC; 0: nothing was put

private:
    AmqpConnection& connection_;
    TokenSource& tokens_;
    std::unique_ptr<RequestLink> link_;
    std::map<QString, qint64> renewAt_; // address -> seconds since 1970
};

} // namespace signalbox::servicebus
