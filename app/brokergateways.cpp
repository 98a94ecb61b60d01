#include "app/brokergateways.h"

#include "app/rabbitmq/rabbitmqgateway.h"
#include "app/servicebus/servicebusgateway.h"

namespace signalbox {

std::unique_ptr<BrokerGateway> BrokerGateways::make(const ConnectionProfile& profile,
                                                    const Secret& password) {
    if (profile.technology == technology::rabbitMq)
        return std::make_unique<RabbitMqGateway>(profile, password);
    if (profile.technology == technology::serviceBus)
        return std::make_unique<ServiceBusGateway>(profile, password);
    return nullptr;
}

} // namespace signalbox
