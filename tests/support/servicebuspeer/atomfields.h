// The description elements of queues, topics and subscriptions: their order, and between words and settings.
// Any thread.
#pragma once

#include "tests/support/servicebuspeer/entity.h"
#include "tests/support/servicebuspeer/refusal.h"
#include "tests/support/servicebuspeer/xml.h"

namespace signalbox::sbpeer {

// "QueueDescription" and the like.
QByteArray descriptionName(EntityKind kind);

// Reads a description over the defaults. As the service does, it ignores an element that stands before one of
// its predecessors. amqp:invalid-field names what it cannot read.
Outcome<EntitySettings> readDescription(EntityKind kind, const XmlElement& description);

// The children of the description element; `base` is put before forwarding paths ("sb://host/").
QByteArray writeDescription(const Entity& entity, const QByteArray& base);

} // namespace signalbox::sbpeer
