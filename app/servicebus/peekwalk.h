// All messages of an entity, or of one of its sessions, by peeking page after page without their bodies.
// Blocking.
#pragma once

#include "app/servicebus/entitymanagement.h"
#include "app/servicebus/peekpage.h"

#include <functional>

namespace signalbox::servicebus {

struct PeekWalk {
    QString session;                     // null: of all
    QString doing;                       // completes "Could not ..."
    std::function<Result<void>()> renew; // after each page: a walk can outlast what is held meanwhile
};
// Until the end, or until `use` says that it has seen enough (false).
Result<void> eachPeeked(EntityManagement& management, const PeekWalk& walk,
                        const std::function<bool(const Peeked&)>& use);

} // namespace signalbox::servicebus
