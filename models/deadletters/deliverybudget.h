// What readings and replays have used up of a quorum queue's delivery limit.
#pragma once

#include "models/deadletters/snapshot.h"

namespace signalbox {

// Deliveries that the oldest message has used, its giving back after the last reading included; the oldest
// has been delivered most often. -1: not known. Blocking.
int usedDeliveries(Snapshot& snapshot);

} // namespace signalbox
