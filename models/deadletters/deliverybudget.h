// What readings and replays have used up of a quorum queue's delivery limit.
#pragma once

#include "models/deadletters/snapshot.h"
#include "models/messaging/brokergateway.h"
#include "models/messaging/deliverycount.h"

namespace signalbox {

// Deliveries that the oldest message has used, its giving back after the last reading included; the oldest
// has been delivered most often. -1: not known. Blocking.
int usedDeliveries(Snapshot& snapshot);

struct DeliveryLimit {
    int limit = -1;  // -1: none, or not known
    QString unknown; // why it is not known and what that means, a sentence; empty = it is known
};
// `facts` may be of unknown type; `why` is said where there are none.
DeliveryLimit deliveryLimitOf(const std::optional<QueueInfo>& facts, const QString& queue,
                              const QString& why);

// As a run is told it when it is resumed; nothing: not known.
std::optional<int> knownDeliveryLimit(const Result<QueueInfo>& facts);

} // namespace signalbox
