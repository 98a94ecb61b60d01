// The sessions of one queue or subscription, asked of $management: nothing is locked. Blocking, for a pool's
// thread. Source: Azure's "Request/response operations", get-message-sessions and get-session-state.
#pragma once

#include "app/servicebus/namespaceaccess.h"
#include "app/servicebus/requestlink.h"
#include "models/messaging/sessiondirectory.h"

#include <atomic>

namespace signalbox::servicebus {

// One connection for all of it. `most`: sessions at most. `stop`, from any thread: Cancelled at the next
// step.
Result<SessionListing> listSessions(const NamespaceAccess& access, const QString& queue, int most,
                                    const std::atomic<bool>& stop);
Result<BusSession> oneSession(const NamespaceAccess& access, const QString& queue, const QString& id,
                              const std::atomic<bool>& stop);

// What answers hold; pure. Corrupt: nothing that makes sense.
Result<std::vector<QString>> sessionIdsOf(const Response& response, const QString& queue);
Result<std::optional<QByteArray>> sessionStateOf(const Response& response, const QString& queue);

} // namespace signalbox::servicebus
