// TLS for rabbitmq-c's socket: system or given CA, client certificate, server name (SNI) and host name check
// by OpenSSL itself, TLS 1.2 or newer. `report` must live as long as the socket; it says why a handshake
// failed.
#pragma once

#include "models/base/result.h"
#include "models/connections/connectionprofile.h"

#include <amqp.h>

namespace signalbox::rabbitmq {

struct TlsReport {
    QByteArray serverName; // for SNI; empty for a numeric address
    QString problem;       // OpenSSL's words for the certificate's fault
    int alert = 0;         // the broker's fatal alert (RFC 8446, section 6), 0 = none
};

// The socket belongs to the connection. Errors: Invalid, naming the file that cannot be used.
Result<amqp_socket_t*> makeTlsSocket(amqp_connection_state_t connection, const ConnectionProfile& profile,
                                     TlsReport& report);
// The sentence for a handshake that failed with this library status.
Error tlsError(const ConnectionProfile& profile, int status, const TlsReport& report);
bool isTlsStatus(int status);
// With TLS 1.3 a broker refuses the client's certificate, or that there is none, only after the handshake:
// the sentence for a link that ended then.
Error tlsRefusal(const ConnectionProfile& profile, const TlsReport& report, const QString& library);

} // namespace signalbox::rabbitmq
