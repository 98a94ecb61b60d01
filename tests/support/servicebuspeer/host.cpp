#include "tests/support/servicebuspeer/host.h"

#include "tests/support/servicebuspeer/atomfeed.h"
#include "tests/support/servicebuspeer/configuration.h"
#include "tests/support/servicebuspeer/controlfront.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QWebSocketServer>

namespace signalbox::sbpeer {

namespace {
constexpr int timerMs = 25;
}

Host::Host() {
    broker_.changed = [this] { schedulePump(); };
    pump_.setSingleShot(true);
    QObject::connect(&pump_, &QTimer::timeout, this, [this] {
        for (Connection* connection : open()) {
            connection->pump();
        }
    });
    QObject::connect(&timer_, &QTimer::timeout, this, [this] { onTimer(); });
}

Host::~Host() {
    broker_.changed = nullptr;
}

Outcome<QSslConfiguration> Host::tls(const HostOptions& options) {
    QFile key(options.keyFile);
    if (!key.open(QIODevice::ReadOnly)) {
        return refuse("amqp:invalid-field", "cannot read " + options.keyFile.toUtf8());
    }
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(options.certificateFile));
    const QByteArray pem = key.readAll();
    const QSslKey rsa(pem, QSsl::Rsa);
    configuration.setPrivateKey(rsa.isNull() ? QSslKey(pem, QSsl::Ec) : rsa);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    if (configuration.localCertificate().isNull() || configuration.privateKey().isNull()) {
        return refuse("amqp:invalid-field", "no usable certificate or key in the given files");
    }
    return configuration;
}

Outcome<int> Host::listen(std::unique_ptr<QTcpServer> server, int port,
                          std::function<void(QTcpSocket*)> welcome) {
    QTcpServer* listener = server.get();
    QObject::connect(listener, &QTcpServer::pendingConnectionAvailable, this,
                     [listener, welcome = std::move(welcome)] {
                         while (QTcpSocket* socket = listener->nextPendingConnection()) {
                             welcome(socket);
                         }
                     });
    if (!listener->listen(QHostAddress::LocalHost, static_cast<quint16>(port))) {
        return refuse("amqp:internal-error", "cannot listen: " + listener->errorString().toUtf8());
    }
    servers_.push_back(std::move(server));
    return listener->serverPort();
}

Outcome<int> Host::listenWebSocket(int port) {
    webSockets_ = std::make_unique<QWebSocketServer>(QStringLiteral("peer"), QWebSocketServer::SecureMode);
    webSockets_->setSslConfiguration(tls_);
    webSockets_->setSupportedSubprotocols({QStringLiteral("AMQPWSB10"), QStringLiteral("amqp")});
    QObject::connect(webSockets_.get(), &QWebSocketServer::newConnection, this, [this] {
        while (QWebSocket* socket = webSockets_->nextPendingConnection()) {
            if (socket->requestUrl().path() == QLatin1String("/$servicebus/websocket")) {
                add(overWebSocket(socket));
            } else {
                socket->close(QWebSocketProtocol::CloseCodePolicyViolated);
                socket->deleteLater();
            }
        }
    });
    if (!webSockets_->listen(QHostAddress::LocalHost, static_cast<quint16>(port))) {
        return refuse("amqp:internal-error", "cannot listen: " + webSockets_->errorString().toUtf8());
    }
    return webSockets_->serverPort();
}

Outcome<HostPorts> Host::start(const HostOptions& options) {
    if (auto read = configure(options.configuration, broker_, keyring_); !read) {
        return tl::unexpected(read.error());
    }
    HostPorts ports;
    const auto amqp = [this](QTcpSocket* socket) { add(overSocket(socket)); };
    const auto http = [this](QTcpSocket* socket) {
        const auto answer = [this](const HttpRequest& request) {
            if (request.path.startsWith("$peer/")) {
                return answerControl(*this, request);
            }
            if (!Faults::spend(faults_.throttleHttp)) {
                return atom_.answer(request);
            }
            HttpResponse busy =
                errorResponse(faults_.throttleHttpStatus,
                              "SubCode=42900. The request was terminated because it was throttled.");
            if (faults_.throttleHttpSeconds >= 0) {
                busy.retryAfter = QByteArray::number(faults_.throttleHttpSeconds);
            }
            return busy;
        };
        serveHttp(socket, answer, [this](const HttpRequest& request) {
            return request.path.startsWith("$peer/") ? 0 : faults_.delayMs;
        });
    };
    std::optional<Refusal> failed;
    const auto keep = [&failed](int* port, const Outcome<int>& outcome) {
        if (outcome) {
            *port = *outcome;
        } else {
            failed = outcome.error();
        }
    };
    if (options.amqpPort >= 0) {
        keep(&ports.amqp, listen(std::make_unique<QTcpServer>(), options.amqpPort, amqp));
    }
    if (options.httpPort >= 0) {
        keep(&ports.http, listen(std::make_unique<QTcpServer>(), options.httpPort, http));
    }
    if (!options.certificateFile.isEmpty()) {
        const auto configuration = tls(options);
        if (!configuration) {
            return tl::unexpected(configuration.error());
        }
        tls_ = *configuration;
        const auto secure = [this] {
            auto server = std::make_unique<QSslServer>();
            server->setSslConfiguration(tls_);
            return server;
        };
        if (options.amqpsPort >= 0) {
            keep(&ports.amqps, listen(secure(), options.amqpsPort, amqp));
        }
        if (options.httpsPort >= 0) {
            keep(&ports.https, listen(secure(), options.httpsPort, http));
        }
        if (options.webSocketPort >= 0) {
            keep(&ports.webSocket, listenWebSocket(options.webSocketPort));
        }
    }
    if (failed) {
        return tl::unexpected(*failed);
    }
    timer_.start(timerMs);
    return ports;
}

void Host::add(std::unique_ptr<Stream> stream) {
    auto connection = std::make_unique<Connection>(shared_, std::move(stream));
    Connection* added = connection.get();
    added->finished = [this, added] {
        // It may be in the middle of its own work: it dies once that is over.
        const auto found = std::find_if(connections_.begin(), connections_.end(),
                                        [added](const auto& held) { return held.get() == added; });
        if (found != connections_.end()) {
            found->release()->deleteLater();
            connections_.erase(found);
        }
    };
    connections_.push_back(std::move(connection));
}

void Host::schedulePump() {
    if (!pump_.isActive()) {
        pump_.start(0);
    }
}

std::vector<Connection*> Host::open() {
    std::vector<Connection*> result;
    for (const auto& connection : connections_) {
        result.push_back(connection.get());
    }
    return result;
}

void Host::onTimer() {
    broker_.tick();
    transactions_.tick();
    for (Connection* connection : open()) {
        connection->onTimer();
    }
}

void Host::advance(qint64 milliseconds) {
    clock_.advance(milliseconds);
    onTimer();
}

int Host::dropConnections() {
    const auto all = open();
    for (Connection* connection : all) {
        connection->drop();
    }
    return static_cast<int>(all.size());
}

int Host::closeConnections(const Refusal& reason) {
    const auto all = open();
    for (Connection* connection : all) {
        connection->close(reason);
    }
    return static_cast<int>(all.size());
}

int Host::detachLinks(const QByteArray& path, const Refusal& reason) {
    const Entity* entity = path.isEmpty() ? nullptr : broker_.find(path);
    int count = 0;
    for (Connection* connection : open()) {
        count += path.isEmpty() || entity != nullptr ? connection->detach(entity, reason) : 0;
    }
    return count;
}

void Host::loseLocks(const QByteArray& path) {
    for (Entity* entity : broker_.all()) {
        if (path.isEmpty() || broker_.find(path) == entity) {
            entity->main->loseLocks();
            entity->dead->loseLocks();
            entity->transfer->loseLocks();
        }
    }
    broker_.touch();
}

void Host::expireTokens() {
    for (Connection* connection : open()) {
        connection->expireClaims();
    }
}

Outcome<void> Host::removeEntity(const QByteArray& path) {
    const Entity* entity = broker_.find(path);
    if (entity == nullptr) {
        return broker_.remove(path);
    }
    for (Connection* connection : open()) {
        connection->forget(entity);
        for (const auto& [name, subscription] : entity->subscriptions) {
            connection->forget(subscription.get());
        }
    }
    return broker_.remove(path);
}

} // namespace signalbox::sbpeer
