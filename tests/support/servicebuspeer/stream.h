// A stream of bytes to one client, whatever carries it. Lives on the peer's thread.
#pragma once

#include <QTcpSocket>
#include <QWebSocket>
#include <functional>
#include <memory>

namespace signalbox::sbpeer {

class Stream {
public:
    virtual ~Stream() = default;
    virtual void write(const QByteArray& bytes) = 0;
    virtual void flush() = 0; // before the process dies
    virtual void close() = 0; // in order: what was written goes out first
    virtual void abort() = 0;
    std::function<void(const QByteArray&)> received;
    std::function<void()> closed;
};

std::unique_ptr<Stream> overSocket(QTcpSocket* socket);    // plain or TLS; takes ownership
std::unique_ptr<Stream> overWebSocket(QWebSocket* socket); // takes ownership

} // namespace signalbox::sbpeer
