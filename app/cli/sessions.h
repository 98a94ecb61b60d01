// What the commands about sessions share.
#pragma once

#include "app/cli/session.h"
#include "models/messaging/sessiondirectory.h"

namespace signalbox {

// Unsupported: the broker has none; Invalid: this queue has none, as far as the broker tells.
Result<SessionDirectory*> sessionsOf(BrokerGateway& gateway, const QString& queue);

} // namespace signalbox
