#include "app/servicebus/bytechannel.h"

#include "app/http/tlsfiles.h"

#include <QSslSocket>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

namespace signalbox::servicebus {

namespace {

constexpr qsizetype bufferBytes = 64 << 10;

Error unreachable(const Endpoint& endpoint, bool wasOpen, const QString& why) {
    if (wasOpen)
        return {ErrorKind::Lost, QStringLiteral("The connection to %1 broke.").arg(endpoint.text()), why};
    return {ErrorKind::CannotConnect, QStringLiteral("%1 cannot be reached: %2.").arg(endpoint.text(), why),
            why};
}

Error untrusted(const Endpoint& endpoint, const QList<QSslError>& errors) {
    QStringList all;
    for (const QSslError& error : errors)
        all << error.errorString();
    return {ErrorKind::CannotConnect,
            QStringLiteral("The certificate of %1 is not trusted: %2. Give its CA file or server name in the "
                           "connection's TLS settings.")
                .arg(endpoint.text(), all.value(0)),
            all.join(QStringLiteral("; "))};
}

// What both kinds of socket share: one failure is told, and nothing after it.
class SocketChannel : public ByteChannel {
public:
    explicit SocketChannel(Endpoint endpoint)
        : endpoint_(std::move(endpoint)) {}

protected:
    void becameOpen() {
        isOpen_ = true;
        Q_EMIT opened();
    }
    void fail(const Error& error) {
        if (std::exchange(isOver_, true))
            return;
        Q_EMIT failed(error);
    }
    void fail(const QString& why) { fail(unreachable(endpoint_, isOpen_, why)); }
    void end() { isOver_ = true; }
    // True: go on all the same, because the person said so.
    bool takeTlsErrors(const QList<QSslError>& errors) {
        if (!endpoint_.tls.verify)
            return true;
        fail(untrusted(endpoint_, errors));
        return false;
    }

    const Endpoint endpoint_;

private:
    bool isOpen_ = false;
    bool isOver_ = false;
};

class TcpChannel final : public SocketChannel {
public:
    explicit TcpChannel(Endpoint endpoint)
        : SocketChannel(std::move(endpoint)) {
        connect(&socket_, &QSslSocket::readyRead, this, &TcpChannel::readAvailable);
        connect(&socket_, &QAbstractSocket::errorOccurred, this, [this] { fail(socket_.errorString()); });
        connect(&socket_, &QAbstractSocket::disconnected, this,
                [this] { fail(QStringLiteral("the other side closed it")); });
        connect(&socket_, &QSslSocket::sslErrors, this, [this](const QList<QSslError>& errors) {
            if (takeTlsErrors(errors))
                socket_.ignoreSslErrors();
        });
    }

    void open() override {
        if (endpoint_.kind == Endpoint::Kind::Plain) {
            connect(&socket_, &QAbstractSocket::connected, this, [this] { becameOpen(); });
            socket_.connectToHost(endpoint_.host, static_cast<quint16>(endpoint_.port));
            return;
        }
        auto tls = http::tlsConfiguration(endpoint_.tls);
        if (!tls) {
            fail(tls.error());
            return;
        }
        socket_.setSslConfiguration(*tls);
        connect(&socket_, &QSslSocket::encrypted, this, [this] { becameOpen(); });
        const QString name = endpoint_.tls.serverName.isEmpty() ? endpoint_.host : endpoint_.tls.serverName;
        socket_.connectToHostEncrypted(endpoint_.host, static_cast<quint16>(endpoint_.port), name);
    }
    void write(const QByteArray& bytes) override { socket_.write(bytes); }
    qint64 unsent() const override { return socket_.bytesToWrite() + socket_.encryptedBytesToWrite(); }
    void close() override {
        end();
        socket_.disconnectFromHost();
    }

private:
    void readAvailable() {
        for (;;) {
            const qint64 count = socket_.read(buffer_.data(), buffer_.size());
            if (count <= 0)
                return;
            Q_EMIT received(QByteArray::fromRawData(buffer_.constData(), static_cast<qsizetype>(count)));
        }
    }

    QSslSocket socket_;
    QByteArray buffer_ = QByteArray(bufferBytes, Qt::Uninitialized); // the same for all that comes
};

class WebSocketChannel final : public SocketChannel {
public:
    explicit WebSocketChannel(Endpoint endpoint)
        : SocketChannel(std::move(endpoint)) {
        connect(&socket_, &QWebSocket::connected, this, [this] { becameOpen(); });
        connect(&socket_, &QWebSocket::binaryMessageReceived, this,
                [this](const QByteArray& bytes) { Q_EMIT received(bytes); });
        connect(&socket_, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this,
                [this] { fail(socket_.errorString()); });
        connect(&socket_, &QWebSocket::disconnected, this,
                [this] { fail(QStringLiteral("the other side closed it")); });
        connect(&socket_, &QWebSocket::sslErrors, this, [this](const QList<QSslError>& errors) {
            if (takeTlsErrors(errors))
                socket_.ignoreSslErrors();
        });
    }

    void open() override {
        auto tls = http::tlsConfiguration(endpoint_.tls);
        if (!tls) {
            fail(tls.error());
            return;
        }
        if (!endpoint_.tls.serverName.isEmpty() && endpoint_.tls.serverName != endpoint_.host) {
            fail({ErrorKind::Unsupported,
                  QStringLiteral("Over a WebSocket another server name than %1 cannot be checked. Clear it "
                                 "in the connection's TLS settings.")
                      .arg(endpoint_.host),
                  {}});
            return;
        }
        socket_.setSslConfiguration(*tls);
        QUrl url;
        url.setScheme(QStringLiteral("wss"));
        url.setHost(endpoint_.host);
        url.setPort(endpoint_.port);
        url.setPath(QStringLiteral("/$servicebus/websocket"));
        QWebSocketHandshakeOptions options;
        options.setSubprotocols({QStringLiteral("amqp"), QStringLiteral("AMQPWSB10")});
        socket_.open(url, options);
    }
    void write(const QByteArray& bytes) override { socket_.sendBinaryMessage(bytes); }
    qint64 unsent() const override { return socket_.bytesToWrite(); }
    void close() override {
        end();
        socket_.close();
    }

private:
    QWebSocket socket_;
};

} // namespace

std::unique_ptr<ByteChannel> makeByteChannel(const Endpoint& endpoint) {
    if (endpoint.kind == Endpoint::Kind::Plain || endpoint.kind == Endpoint::Kind::Tls)
        return std::make_unique<TcpChannel>(endpoint);
    return std::make_unique<WebSocketChannel>(endpoint);
}

} // namespace signalbox::servicebus
