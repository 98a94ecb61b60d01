// What can be told of an access token (OAuth bearer) without asking anybody: whether it can be one, and when
// it ends. Its signature is the service's to check. Pure. Sources: RFC 6750, RFC 7519.
#pragma once

#include "models/base/secret.h"

#include <QString>
#include <optional>

namespace signalbox::http {

// The characters of a bearer token, and not too many of them.
bool canBeAccessToken(const Secret& text);
// Claim "exp" of a JWT in seconds since 1970, UTC; nothing: the token is opaque, or says no sensible time.
std::optional<qint64> expiryOfAccessToken(const Secret& token);
// "2026-11-27 14:05:00 UTC"
QString expiryText(qint64 seconds);

} // namespace signalbox::http
