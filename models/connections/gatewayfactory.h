// Port: makes the gateway of a connection's technology.
#pragma once

#include "models/base/secret.h"
#include "models/connections/connectionprofile.h"
#include "models/messaging/brokergateway.h"

namespace signalbox {

class GatewayFactory {
public:
    virtual ~GatewayFactory() = default;
    virtual std::unique_ptr<BrokerGateway> make(const ConnectionProfile& profile, const Secret& password) = 0;
};

} // namespace signalbox
