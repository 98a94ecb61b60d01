#include "models/messaging/deliverycount.h"

#include <algorithm>

namespace signalbox {

int deliveryCount(const Message& message) {
    std::int64_t count = 0;
    const HeaderValue* value = message.header("x-delivery-count");
    if (!value || !headerInteger(*value, &count))
        return 0;
    return static_cast<int>(std::clamp<std::int64_t>(count, 0, 1'000'000));
}

} // namespace signalbox
