// A connection of a Service Bus namespace from its connection string. Pure.
#pragma once

#include "models/base/secret.h"
#include "models/connections/connectionprofile.h"

namespace signalbox {

// Host, ports, key name, entity and TLS as the connection string says; the rest as in `start`. `notes` gets
// what of it was ignored. Invalid: it is no connection string; the text never holds a part of the secret.
Result<ConnectionProfile> serviceBusProfile(ConnectionProfile start, const Secret& connectionString,
                                            QStringList& notes);

} // namespace signalbox
