#include "models/deadletters/deliverybudget.h"

#include <algorithm>

namespace signalbox {

int usedDeliveries(Snapshot& snapshot) {
    const auto page = snapshot.ids({}, {}, 1);
    if (!page || page->ids.empty())
        return -1;
    const auto message = snapshot.message(page->ids.front());
    if (!message)
        return -1;
    std::int64_t count = 0;
    if (const HeaderValue* value = message->header("x-delivery-count");
        value && !headerInteger(*value, &count))
        return -1;
    return static_cast<int>(std::clamp<std::int64_t>(count, 0, 1'000'000)) + 1;
}

} // namespace signalbox
