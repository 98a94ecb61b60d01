// Port: a token for an audience of a namespace. Lives with the connection that asks.
#pragma once

#include "models/base/result.h"
#include "models/base/secret.h"

#include <QString>

namespace signalbox::servicebus {

struct Token {
    enum class Kind { SharedAccess, Jwt };
    Kind kind = Kind::SharedAccess;
    Secret text;
    qint64 expires = 0; // seconds since 1970, UTC; 0: an opaque token, of which that is not known
};

class TokenSource {
public:
    virtual ~TokenSource() = default;
    // `audience` is "sb://HOST/PATH". Blocking, briefly. NotAuthenticated: there is none.
    virtual Result<Token> token(const QString& audience) = 0;
};

} // namespace signalbox::servicebus
