// Between the peer's values and Proton's. Any thread.
#pragma once

#include "tests/support/servicebuspeer/refusal.h"
#include "tests/support/servicebuspeer/value.h"

#include <proton/codec.h>
#include <proton/delivery.h>
#include <proton/link.h>

namespace signalbox::sbpeer {

Value fromData(pn_data_t* data); // its first value; null when there is none
void intoData(pn_data_t* data, const Value& value);
void setCondition(pn_condition_t* condition, const Refusal& refusal);

// Delivery tags carry a lock token as .NET's Guid writes it, values as RFC 4122 does. Its own inverse.
QByteArray swapGuid(const QByteArray& sixteen);

// Sends one whole message; settled: nobody will answer.
void sendBytes(pn_link_t* link, const QByteArray& tag, const QByteArray& bytes, bool settled);

} // namespace signalbox::sbpeer
