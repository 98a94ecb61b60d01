#include "tests/support/servicebuspeer/stream.h"

namespace signalbox::sbpeer {

namespace {

// The sockets emit while they are torn down; by then nobody listens.
struct Later {
    void operator()(QObject* object) const {
        object->disconnect();
        object->deleteLater();
    }
};

class SocketStream : public Stream {
public:
    explicit SocketStream(QTcpSocket* socket)
        : socket_(socket) {
        socket_->setParent(nullptr);
        socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this] { received(socket_->readAll()); });
        QObject::connect(socket, &QTcpSocket::disconnected, socket, [this] { closed(); });
    }
    void write(const QByteArray& bytes) override { socket_->write(bytes); }
    void flush() override {
        while (socket_->bytesToWrite() > 0 && socket_->waitForBytesWritten(1000)) {
        }
    }
    void close() override { socket_->disconnectFromHost(); }
    void abort() override { socket_->abort(); }

private:
    std::unique_ptr<QTcpSocket, Later> socket_;
};

class WebSocketStream : public Stream {
public:
    explicit WebSocketStream(QWebSocket* socket)
        : socket_(socket) {
        socket_->setParent(nullptr);
        QObject::connect(socket, &QWebSocket::binaryMessageReceived, socket,
                         [this](const QByteArray& bytes) { received(bytes); });
        QObject::connect(socket, &QWebSocket::disconnected, socket, [this] { closed(); });
    }
    void write(const QByteArray& bytes) override { socket_->sendBinaryMessage(bytes); }
    void flush() override { socket_->flush(); }
    void close() override { socket_->close(); }
    void abort() override { socket_->abort(); }

private:
    std::unique_ptr<QWebSocket, Later> socket_;
};

} // namespace

std::unique_ptr<Stream> overSocket(QTcpSocket* socket) {
    return std::make_unique<SocketStream>(socket);
}

std::unique_ptr<Stream> overWebSocket(QWebSocket* socket) {
    return std::make_unique<WebSocketStream>(socket);
}

} // namespace signalbox::sbpeer
