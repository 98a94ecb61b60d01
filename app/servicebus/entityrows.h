// What the console lists of a namespace: each queue and subscription, and its dead-letter sub-queues. Pure.
#pragma once

#include "app/servicebus/namespaceadmin.h"
#include "models/messaging/brokergateway.h"

namespace signalbox::servicebus {

// The entity, its dead-letter sub-queue and, where it holds something, its transfer dead-letter sub-queue. A
// topic itself holds nothing that could be read, and gives none.
std::vector<QueueInfo> rowsOf(const Entity& entity, const ConnectionProfile& profile);

// Where the management API does not tell: a name alone, and why no more is known.
QueueInfo bareRow(const QString& name, const ConnectionProfile& profile, const QString& missing);

} // namespace signalbox::servicebus
