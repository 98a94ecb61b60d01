// What lies under chosen sequence numbers now, by peeking: nothing is locked or counted. Blocking.
#pragma once

#include "app/servicebus/entitymanagement.h"
#include "models/messaging/amqp10.h"

#include <map>
#include <set>

namespace signalbox::servicebus {

// Numbers that are not in it are gone.
Result<std::map<qint64, amqp10::State>> statesOf(EntityManagement& management,
                                                 const std::set<qint64>& numbers);

} // namespace signalbox::servicebus
