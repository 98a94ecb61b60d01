// Makes the gateway of each connection's technology.
#pragma once

#include "models/connections/gatewayfactory.h"

namespace signalbox {

class BrokerGateways final : public GatewayFactory {
public:
    // Null: the technology is not known.
    std::unique_ptr<BrokerGateway> make(const ConnectionProfile& profile, const Secret& password) override;
};

} // namespace signalbox
