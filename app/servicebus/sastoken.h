// Shared access signatures: the tokens Service Bus takes on $cbs and in HTTP's Authorization. Pure.
// Rule: Azure's documentation, "Service Bus access control with Shared Access Signatures".
#pragma once

#include "models/base/secret.h"

#include <QString>
#include <optional>

namespace signalbox::servicebus {

// What a token is for: "sb://HOST/PATH"; an empty path is the whole namespace.
QString audienceOf(const QString& host, const QString& path);

// Signs for `audience` until `expires` (seconds since 1970, UTC). The key is used as the text it is.
Secret signToken(const QString& audience, const QString& keyName, const Secret& key, qint64 expires);

// When a ready-made token ends (seconds since 1970); nothing: it is not such a token.
std::optional<qint64> expiryOf(const Secret& token);

} // namespace signalbox::servicebus
