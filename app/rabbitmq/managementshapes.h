// The management API's objects as ours. Pure functions; hostile input gives a Corrupt error or is left out.
#pragma once

#include "app/rabbitmq/managementjson.h"
#include "models/messaging/brokergateway.h"

namespace signalbox::rabbitmq {

struct QueuePage {
    std::vector<QueueInfo> queues;
    int pageCount = 1;
};

// Arguments win over policies. Source: rabbitmq.com documentation "Dead Letter Exchanges", "Queue Length
// Limit". The version tells the limits that hold where nobody set one; not known, it counts as a new one.
QueueInfo queueInfo(const Json& json, const QString& connectionId, const QString& brokerVersion);
// The management API did not answer: what was known before, else only the name; `missing` says so.
QueueInfo withoutManagement(const std::optional<QueueInfo>& before, const EntityRef& queue,
                            const Error& error, const QString& missingWords);
std::optional<DeadLetterEdge> deadLetterEdge(const Json& queue);
Result<QueuePage> queuePage(const QByteArray& body, const QString& connectionId,
                            const QString& brokerVersion);

// Exchange, binding, queue and policy lists of one virtual host. `policies` may be empty bytes: unknown.
struct StructureBodies {
    QByteArray exchanges;
    QByteArray bindings;
    QByteArray queues;
    QByteArray policies;
};
Result<RoutingTable> routingTable(const StructureBodies& bodies);

} // namespace signalbox::rabbitmq
