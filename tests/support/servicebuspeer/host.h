// The peer itself: the broker, its listeners and its connections. Lives on the peer's thread; programs run it
// on their own, tests use Peer.
#pragma once

#include "tests/support/servicebuspeer/atomfront.h"
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/transactions.h"

#include <QJsonObject>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QTimer>

class QWebSocketServer;

namespace signalbox::sbpeer {

struct HostOptions {
    QJsonObject configuration;
    // 0: a free one; -1: not at all. The three with TLS need the certificate.
    int amqpPort = 0, httpPort = 0, amqpsPort = 0, webSocketPort = 0, httpsPort = 0;
    QString certificateFile, keyFile; // PEM
};

struct HostPorts {
    int amqp = 0, http = 0, amqps = 0, webSocket = 0, https = 0; // 0: not open
};

class Host : public QObject {
public:
    Host();
    ~Host() override;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    Host(Host&&) = delete;
    Host& operator=(Host&&) = delete;

    Outcome<HostPorts> start(const HostOptions& options);

    Clock& clock() { return clock_; }
    Broker& broker() { return broker_; }
    Keyring& keyring() { return keyring_; }
    Faults& faults() { return faults_; }
    void advance(qint64 milliseconds); // of the clock, and lets it work

    int dropConnections();
    int closeConnections(const Refusal& reason);
    // Links of an entity, or of every one when the path is empty; how many.
    int detachLinks(const QByteArray& path, const Refusal& reason);
    void loseLocks(const QByteArray& path); // empty: everywhere
    void expireTokens();
    Outcome<void> removeEntity(const QByteArray& path); // links first
    int connections() const { return static_cast<int>(connections_.size()); }

private:
    Outcome<int> listen(std::unique_ptr<QTcpServer> server, int port,
                        std::function<void(QTcpSocket*)> welcome);
    Outcome<int> listenWebSocket(int port);
    Outcome<QSslConfiguration> tls(const HostOptions& options);
    void add(std::unique_ptr<Stream> stream);
    void schedulePump();
    void onTimer();
    std::vector<Connection*> open();

    Clock clock_;
    Broker broker_{clock_};
    Transactions transactions_{broker_};
    Keyring keyring_;
    Faults faults_;
    Shared shared_{broker_, transactions_, keyring_, faults_};
    AtomFront atom_{broker_, keyring_, [this](const QByteArray& path) { return removeEntity(path); }};
    QTimer timer_{this};
    QTimer pump_{this};
    QSslConfiguration tls_;
    std::vector<std::unique_ptr<QTcpServer>> servers_;
    std::unique_ptr<QWebSocketServer> webSockets_;
    std::vector<std::unique_ptr<Connection>> connections_;
};

} // namespace signalbox::sbpeer
