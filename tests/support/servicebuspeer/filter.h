// Does a rule of a subscription take a message, and what does its action change? Any thread.
#pragma once

#include "tests/support/servicebuspeer/message.h"
#include "tests/support/servicebuspeer/refusal.h"
#include "tests/support/servicebuspeer/settings.h"

namespace signalbox::sbpeer {

// "Unknown" of SQL is no. A refusal is an error of evaluation.
Outcome<bool> matches(const Filter& filter, const Message& message);

// amqp:invalid-field for what the peer cannot evaluate, as rules are made.
Outcome<void> checkRule(const Rule& rule);

// SET and REMOVE of plain properties.
Outcome<void> applyAction(const QByteArray& action, Message& message);

} // namespace signalbox::sbpeer
