#include "app/brokergateways.h"

#include "app/rabbitmq/rabbitmqgateway.h"
#include "app/servicebus/servicebusgateway.h"
#include "app/workspace.h"

namespace signalbox {

namespace {

// Who renews an access token writes it where the first one came from.
servicebus::FreshSecret freshSecretOf(const QString& connectionName) {
    return [connectionName]() -> std::optional<Secret> {
        for (const QByteArray& variable : {passwordVariable(connectionName), passwordVariable({})}) {
            if (const auto secret = variableSecret(variable, environmentVariable); secret && *secret)
                return **secret;
        }
        return std::nullopt;
    };
}

} // namespace

std::unique_ptr<BrokerGateway> BrokerGateways::make(const ConnectionProfile& profile,
                                                    const Secret& password) {
    if (profile.technology == technology::rabbitMq)
        return std::make_unique<RabbitMqGateway>(profile, password);
    if (profile.technology == technology::serviceBus)
        return std::make_unique<ServiceBusGateway>(profile, password, freshSecretOf(profile.name));
    return nullptr;
}

} // namespace signalbox
