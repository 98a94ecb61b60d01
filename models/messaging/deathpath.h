// The broker's own record of a death: x-death and x-first-death-*. Private to deathfacts.
#pragma once

#include "models/messaging/deathfacts.h"
#include "models/messaging/message.h"

namespace signalbox {

// Entries of any other shape than the documented one are left out. Oldest first.
std::vector<DeathHop> deathPath(const Message& message);
QString headerString(const Message& message, QByteArrayView name);

} // namespace signalbox
