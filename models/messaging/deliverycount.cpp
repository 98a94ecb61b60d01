#include "models/messaging/deliverycount.h"

#include "models/messaging/amqp10.h"

#include <algorithm>

namespace signalbox {

int deliveryCount(const Message& message) {
    std::int64_t count = 0;
    const HeaderValue* value = message.properties.amqp10 ? amqp10::find(message, amqp10::deliveryCount)
                                                         : message.header("x-delivery-count");
    if (!value || !headerInteger(*value, &count))
        return 0;
    return static_cast<int>(std::clamp<std::int64_t>(count, 0, 1'000'000));
}

} // namespace signalbox
