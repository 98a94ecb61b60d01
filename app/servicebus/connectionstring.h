// A Service Bus connection string taken apart: where the namespace is and by what right it is entered. Pure.
// Format: Azure's documentation, "Get started with connection strings"; unknown keys are told, never refused.
#pragma once

#include "models/base/result.h"
#include "models/base/secret.h"

#include <QString>
#include <QStringList>

namespace signalbox::servicebus {

struct ConnectionString {
    enum class Transport { Amqp, WebSocket };

    QString host;             // lower case; of the namespace, e.g. shop.servicebus.windows.net
    int amqpPort = 0;         // 5671; of a development endpoint the one given, else 5672
    int managementPort = 0;   // 443; of a development endpoint 5300
    bool development = false; // plain TCP and HTTP, on this machine or in a container
    Transport transport = Transport::Amqp;
    QString
        entityPath;  // one queue, topic or subscription only, which cannot list others; empty = the namespace
    QString keyName; // with `key`; else `signature`; else neither: a token of Entra ID is needed
    Secret key;      // taken as text, not as Base64
    Secret signature;  // ready-made, sent as it is
    QStringList notes; // what was ignored, a sentence each
};

// Invalid names the part by its key or number, never by its value, which may be a secret.
Result<ConnectionString> parseConnectionString(const Secret& text);

} // namespace signalbox::servicebus
