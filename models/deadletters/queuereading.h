// How a queue is read into a snapshot, from what is known of it and what the person chose.
#pragma once

#include "models/deadletters/snapshotjob.h"
#include "models/messaging/brokergateway.h"

namespace signalbox {

// `limit`: the first so many, 0 = all. `start` counts for streams only.
SourceOptions readingSource(const EntityRef& queue, qint64 limit, const StreamStart& start,
                            int deliveryLimit);
// `facts`: of the queue, if they are known. `usedDeliveries`: of its oldest message before this, -1 = not
// known.
SnapshotJob::Request readingRequest(const std::optional<QueueInfo>& facts, qint64 limit,
                                    const StreamStart& start, int usedDeliveries);

// The queue's snapshot to read into. Bodies are kept or not for a whole snapshot: one of the other choice is
// removed and made anew, for which nobody may hold it open.
Result<std::shared_ptr<Snapshot>> snapshotForReading(SnapshotLibrary& library, const EntityRef& queue,
                                                     const QString& connectionName, const QString& queueType,
                                                     bool keepBodies);

} // namespace signalbox
