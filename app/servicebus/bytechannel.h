// A stream of bytes to a Service Bus namespace: over TLS, plain TCP (a development endpoint) or a WebSocket,
// by the system's proxies. Lives on one thread, which needs an event loop.
#pragma once

#include "models/base/error.h"
#include "models/connections/connectionprofile.h"

#include <QByteArray>
#include <QObject>
#include <memory>

namespace signalbox::servicebus {

struct Endpoint {
    enum class Kind { Plain, Tls, WebSocket };
    Kind kind = Kind::Tls;
    QString host;
    int port = 5671;
    TlsSettings tls; // of Tls and WebSocket

    QString text() const { return QStringLiteral("%1:%2").arg(host).arg(port); }
};

class ByteChannel : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    // opened() or failed() follows.
    virtual void open() = 0;
    virtual void write(const QByteArray& bytes) = 0;
    virtual qint64 unsent() const = 0; // bytes that the socket has not taken yet
    virtual void close() = 0;          // after the bytes written so far; no signal follows

Q_SIGNALS:
    void opened();
    void received(const QByteArray& bytes);     // valid during the call only
    void failed(const signalbox::Error& error); // CannotConnect, or Lost once it was open; the last signal
};

std::unique_ptr<ByteChannel> makeByteChannel(const Endpoint& endpoint);

} // namespace signalbox::servicebus
