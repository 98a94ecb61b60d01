// One AMQP connection with one channel over rabbitmq-c, for tests and the sandbox: the judge that knows
// nothing of the product's adapter. Blocking; belongs to the thread that uses it. Times in milliseconds.
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <QString>
#include <amqp.h>
#include <memory>

namespace signalbox::live {

struct RawLogin {
    QString host = QStringLiteral("127.0.0.1");
    int port = 0;
    QString virtualHost = QStringLiteral("/");
    QString user, password;
    QString name;                     // shown by the management API
    QString caFile;                   // set: TLS, the server's certificate is checked against it
    QString certificateFile, keyFile; // client certificate, optional
    bool external = false;            // log in by the client certificate instead of the password
    int heartbeatSeconds = 0;
};

class RawConnection {
public:
    static Result<std::unique_ptr<RawConnection>> open(const RawLogin& login);
    ~RawConnection();
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;
    RawConnection(RawConnection&&) = delete;
    RawConnection& operator=(RawConnection&&) = delete;

    static constexpr amqp_channel_t channel = 1;
    amqp_connection_state_t state() { return state_; }
    // Result of the last call that waits for an answer. A channel the server closed is opened again.
    Result<void> check(const QString& what);
    Result<void> check(const QString& what, const amqp_rpc_reply_t& reply);
    // How often the channel was opened: a confirm mode or consumer of an earlier one is gone.
    int channelGeneration() const { return generation_; }

private:
    RawConnection() = default;
    Result<void> dial(const RawLogin& login);
    amqp_connection_state_t state_ = nullptr;
    int generation_ = 0;
    bool alive_ = false;
};

} // namespace signalbox::live
