// The disposition that moves a message to the dead-letter sub-queue. Pure but for the wire's types.
// Source: Azure's "AMQP 1.0 in Service Bus protocol guide" (rejected with com.microsoft:dead-letter).
#pragma once

#include "app/servicebus/amqpcondition.h"
#include "models/messaging/messagesource.h"

#include <proton/disposition.h>

namespace signalbox::servicebus {

// To be sent with the state "rejected".
void writeDeadLetter(pn_disposition_t* disposition, const DeadLetterWords& words);
// The answer only repeats what was asked for: done.
bool isDeadLetterEcho(const AmqpCondition& condition);

} // namespace signalbox::servicebus
