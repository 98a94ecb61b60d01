#include "models/deadletters/queuereading.h"

#include "models/deadletters/streamstart.h"

#include <algorithm>
#include <limits>

namespace signalbox {

SourceOptions readingSource(const EntityRef& queue, qint64 limit, const StreamStart& start,
                            int deliveryLimit) {
    SourceOptions options;
    options.queue = queue;
    // All that is read is held until the end, so that nothing is given back and met twice. Never more than
    // asked for leaves the queue's sight; 0 is all.
    options.window = static_cast<int>(std::min<qint64>(limit, std::numeric_limits<int>::max()));
    options.streamStart = start;
    options.countsDeliveries = deliveryLimit >= 0;
    return options;
}

SnapshotJob::Request readingRequest(const std::optional<QueueInfo>& facts, qint64 limit,
                                    const StreamStart& start, int usedDeliveries) {
    const QueueType type = facts ? facts->type : QueueType::Unknown;
    SnapshotJob::Request request;
    request.limit = limit;
    request.streamStart = streamStartText(start, facts && facts->type == QueueType::ServiceBus);
    request.expected = facts && request.streamStart.isEmpty() ? facts->ready : -1;
    request.isStream = type == QueueType::Stream;
    request.queueType = queueTypeWord(type);
    request.deliveryLimit = type == QueueType::Quorum ? facts->deliveryLimit : -1;
    request.usedDeliveries = usedDeliveries;
    return request;
}

Result<std::shared_ptr<Snapshot>> snapshotForReading(SnapshotLibrary& library, const EntityRef& queue,
                                                     const QString& connectionName, const QString& queueType,
                                                     bool keepBodies) {
    auto snapshot = library.openFor(queue, connectionName, queueType, keepBodies);
    if (!snapshot || (*snapshot)->info().bodiesKept == keepBodies)
        return snapshot;
    const QString id = (*snapshot)->info().id;
    snapshot = nullptr;
    if (auto removed = library.remove(id); !removed)
        return failure(std::move(removed.error()));
    return library.openFor(queue, connectionName, queueType, keepBodies);
}

} // namespace signalbox
