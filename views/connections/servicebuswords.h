// How a connection to a namespace of Service Bus is told to a person: form, details and list say the same.
// Pure.
#pragma once

#include "models/connections/connectionprofile.h"

namespace signalbox::busWords {

bool isServiceBus(const ConnectionProfile& profile);
QString transport(const ConnectionProfile& profile);  // "AMQP over TLS, port 5671"
QString credential(const ConnectionProfile& profile); // the key's name; never a part of the secret
QString entity(const ConnectionProfile& profile);     // "orders only", or "the whole namespace"
// All of it, a line each.
QString told(const ConnectionProfile& profile);

} // namespace signalbox::busWords
