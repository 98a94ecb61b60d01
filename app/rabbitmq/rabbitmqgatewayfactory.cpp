#include "app/rabbitmq/rabbitmqgatewayfactory.h"

#include "app/rabbitmq/rabbitmqgateway.h"

namespace signalbox {

std::unique_ptr<BrokerGateway> RabbitMqGatewayFactory::make(const ConnectionProfile& profile,
                                                            const Secret& password) {
    return std::make_unique<RabbitMqGateway>(profile, password);
}

} // namespace signalbox
