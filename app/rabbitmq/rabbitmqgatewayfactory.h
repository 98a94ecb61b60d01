// Makes RabbitMQ gateways for the connection registry.
#pragma once

#include "models/connections/gatewayfactory.h"

namespace signalbox {

class RabbitMqGatewayFactory final : public GatewayFactory {
public:
    std::unique_ptr<BrokerGateway> make(const ConnectionProfile& profile, const Secret& password) override;
};

} // namespace signalbox
