// TLS as a person sets it, by files: for HTTP clients and for sockets.
#pragma once

#include "models/base/result.h"

#include <QSslConfiguration>

namespace signalbox::http {

struct TlsFiles {
    QString caFile;          // PEM; empty = the system's store
    QString certificateFile; // client certificate (PEM); empty = none
    QString keyFile;         // empty = in the certificate's file
    bool verify = true;
};

// TLS 1.2 or later. Invalid: a file cannot be used; the summary names it.
Result<QSslConfiguration> tlsConfiguration(const TlsFiles& files);

} // namespace signalbox::http
