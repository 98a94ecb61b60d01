// "Test connection": every step by name with its result, in order; what follows a failed step is skipped.
// Blocking part (socket to virtual host); the gateway adds the management API's steps.
#pragma once

#include "app/rabbitmq/amqplink.h"
#include "models/messaging/brokergateway.h"

namespace signalbox::rabbitmq {

struct AmqpTest {
    std::vector<TestStep> steps; // DNS, TCP, TLS, Login, Virtual host
    bool passed = false;
};

AmqpTest testAmqp(const Dial& dial);

} // namespace signalbox::rabbitmq
