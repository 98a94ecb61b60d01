// A private RabbitMQ 3.10 node on free loopback ports with its own folder, epmd and cookie; the system's
// service is left alone and any account may run it. Several can run at once. Blocking; belongs to the thread
// that starts it (the node dies with that thread, unless it `outlives`).
#pragma once

#include "tests/support/live/nodesetup.h"
#include "tests/support/live/rabbitadmin.h"
#include "tests/support/live/rawconnection.h"
#include "tests/support/live/serverprocess.h"

#include <QTemporaryDir>
#include <optional>

namespace signalbox::live {

class RabbitNode {
public:
    explicit RabbitNode(NodeOptions options = {});
    ~RabbitNode(); // stops it at once, unless it outlives us
    RabbitNode(const RabbitNode&) = delete;
    RabbitNode& operator=(const RabbitNode&) = delete;
    RabbitNode(RabbitNode&&) = delete;
    RabbitNode& operator=(RabbitNode&&) = delete;

    // The node that an earlier program left in `folder` (option `outlives`), running or not.
    static Result<std::unique_ptr<RabbitNode>> attach(const QString& folder);

    // Returns when a client can log in. Ports stay the same over stop, kill and restart.
    // NotFound: RabbitMQ is not installed. Conflict: a port is taken. Storage: disk full or not writable.
    Result<void> start();
    Result<void> stop(); // in order; returns when the process is gone
    Result<void> restart();
    void kill();                          // SIGKILL, as a power cut
    void suspend() { server_.suspend(); } // it answers nothing, not even a heartbeat, until resume()
    void resume() { server_.resume(); }
    bool running();
    void forgetPorts() { ports_ = {}; } // the next start takes new ones

    const NodeOptions& options() const { return options_; }
    const NodePorts& ports() const { return ports_; }
    const Certificates& certificates() const { return *certificates_; } // only with option `tls`
    QString managementUrl() const;
    QString managementTlsUrl() const; // only with option `tls`
    RawLogin login(const QString& virtualHost = QStringLiteral("/")) const;
    RawLogin tlsLogin(const QString& virtualHost = QStringLiteral("/")) const;
    RabbitAdmin admin() const; // needs the management plug-in
    QString logTail() const;   // what the node wrote last, for the message of a failed test

    // rabbitmqctl and rabbitmq-plugins against this node; the text they print. About 0.4 s each.
    Result<QString> ctl(const QStringList& arguments);
    Result<void> enablePlugin(const QString& name);
    Result<void> disablePlugin(const QString& name);
    // Publishers are blocked while it is on. Returns when it is in effect.
    Result<void> setMemoryAlarm(bool on);

private:
    Result<void> tryStart();
    Result<void> waitUntilReady();
    Result<void> remember();
    Error startError();
    Result<QString> runTool(const QString& tool, const QStringList& arguments);
    QString path(const char* name) const;
    QString marker() const;

    NodeOptions options_;
    std::unique_ptr<QTemporaryDir> temporary_;
    NodePorts ports_;
    std::optional<Certificates> certificates_;
    ServerProcess epmd_;
    ServerProcess server_;
};

} // namespace signalbox::live
