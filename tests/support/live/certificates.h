// A certificate authority with a server and a client certificate for one test, made by the openssl command
// line.
#pragma once

#include "models/base/result.h"

#include <QString>

namespace signalbox::live {

struct Certificates {
    QString ca;                    // PEM
    QString server, serverKey;     // for localhost, 127.0.0.1 and rabbit.signalbox.test
    QString client, clientKey;     // common name: the given user
    QString stranger, strangerKey; // a client certificate of another authority
    QString strangerCa;
};

// Makes them in `folder` (created), or finds the ones made there before.
Result<Certificates> makeCertificates(const QString& folder, const QString& clientName);

} // namespace signalbox::live
