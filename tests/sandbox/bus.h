// The company's Service Bus namespace, played by the test peer: queues, a topic with filters, sessions and a
// thousand dead letters of several causes. It lives in memory, on a thread of its own.
#pragma once

#include "models/base/result.h"
#include "tests/support/servicebuspeer/peer.h"

#include <QString>

namespace signalbox::sandbox {

class Bus {
public:
    Result<void> start();
    QString connectionString() const { return QString::fromUtf8(peer_.connectionString()); }
    QString managementUrl() const { return QStringLiteral("http://localhost:%1").arg(peer_.ports().http); }

private:
    bool fill();
    bool keepStates(); // of sessions

    sbpeer::Peer peer_;
};

} // namespace signalbox::sandbox
