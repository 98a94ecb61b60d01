// The entities, keys and tokens a peer starts with, read from JSON. README.md has them all. Any thread.
#pragma once

#include "tests/support/servicebuspeer/broker.h"
#include "tests/support/servicebuspeer/claims.h"

#include <QJsonObject>

namespace signalbox::sbpeer {

// amqp:invalid-field names what is wrong. Without keys there is one named RootManageSharedAccessKey with the
// key SAS_KEY_VALUE and every right.
Outcome<void> configure(const QJsonObject& configuration, Broker& broker, Keyring& keyring);

} // namespace signalbox::sbpeer
