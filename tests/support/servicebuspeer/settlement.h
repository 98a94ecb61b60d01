// How a locked message is settled, whichever way the wish came: disposition, management or transaction.
#pragma once

#include "tests/support/servicebuspeer/store.h"

namespace signalbox::sbpeer {

struct Settlement {
    enum class Kind { Complete, Abandon, Defer, DeadLetter };
    Kind kind = Kind::Complete;
    QByteArray reason, description; // of dead-lettering; null: not given
    Value changes;                  // properties to modify
};

// Of an AMQP outcome: its descriptor and the fields of its list. Nothing for a state that settles nothing.
std::optional<Settlement> settlementOf(quint64 code, const Value& fields);

// com.microsoft:message-lock-lost, amqp:not-allowed (dead-lettering out of a dead-letter queue).
Outcome<void> settle(MessageStore& store, const QByteArray& token, const Settlement& how);

} // namespace signalbox::sbpeer
