// TLS as a person sets it, for HTTP clients and for sockets.
#pragma once

#include "models/base/result.h"
#include "models/connections/connectionprofile.h"

#include <QSslConfiguration>

namespace signalbox::http {

// TLS 1.2 or later. A client key may stand in the certificate's file. Invalid: a file cannot be used; the
// summary names it.
Result<QSslConfiguration> tlsConfiguration(const TlsSettings& settings);

} // namespace signalbox::http
