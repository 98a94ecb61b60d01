// A failure wrapped in a JSON body: {RoutingKey, Exchange, Queue, Exception, Message, DateTime,
// BasicProperties}, as EasyNetQ writes it. Private to deathfacts.
#pragma once

#include "models/messaging/deathfacts.h"
#include "models/messaging/message.h"

namespace signalbox {

// Leaves `facts` alone where the body is not such an envelope.
void addEnvelope(DeathFacts& facts, const Message& message, const QString& framework);

} // namespace signalbox
