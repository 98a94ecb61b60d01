// How often a queue has delivered a message and got it back, as the message itself says.
#pragma once

#include "models/messaging/message.h"

namespace signalbox {

// As it was delivered: how often it had been given back before. 0 where nobody counts.
int deliveryCount(const Message& message);

} // namespace signalbox
