// How a queue is read into a snapshot, from what is known of it and what the person chose. Pure.
#pragma once

#include "models/deadletters/snapshotjob.h"
#include "models/messaging/brokergateway.h"

namespace signalbox {

// `limit`: the first so many, 0 = all. `start` counts for streams only.
SourceOptions readingSource(const EntityRef& queue, qint64 limit, const StreamStart& start);
// `facts`: of the queue, if they are known. `usedDeliveries`: of its oldest message before this, -1 = not
// known.
SnapshotJob::Request readingRequest(const std::optional<QueueInfo>& facts, qint64 limit,
                                    const StreamStart& start, int usedDeliveries);

} // namespace signalbox
