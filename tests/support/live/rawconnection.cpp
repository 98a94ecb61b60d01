#include "tests/support/live/rawconnection.h"

#include "tests/support/live/rawtable.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <csignal>
#include <mutex>
#include <sys/time.h>

namespace signalbox::live {

namespace {

constexpr int frameBytes = 131072;
constexpr int dialSeconds = 10;

QString libraryText(int status) {
    return QString::fromUtf8(amqp_error_string2(status));
}

Error replyError(const QString& what, const amqp_rpc_reply_t& reply) {
    Error error{ErrorKind::Lost, what + QStringLiteral(" failed."), {}};
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        error.detail = libraryText(reply.library_error);
        if (reply.library_error == AMQP_STATUS_TIMEOUT)
            error.kind = ErrorKind::Busy;
        return error;
    }
    if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION)
        return error;
    int code = 0;
    if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_channel_close_t*>(reply.reply.decoded);
        code = close->reply_code;
        error.detail = QString::fromUtf8(unwire(close->reply_text));
    } else if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_connection_close_t*>(reply.reply.decoded);
        code = close->reply_code;
        error.detail = QString::fromUtf8(unwire(close->reply_text));
    }
    switch (code) {
    case AMQP_NOT_FOUND:
        error.kind = ErrorKind::NotFound;
        break;
    case AMQP_ACCESS_REFUSED:
        error.kind = ErrorKind::NotAllowed;
        break;
    case AMQP_PRECONDITION_FAILED:
    case AMQP_RESOURCE_LOCKED:
        error.kind = ErrorKind::Conflict;
        break;
    default:
        break;
    }
    return error;
}

void ignoreBrokenPipes() {
    static std::once_flag once;
    std::call_once(once, [] { std::signal(SIGPIPE, SIG_IGN); });
}

} // namespace

Result<std::unique_ptr<RawConnection>> RawConnection::open(const RawLogin& login) {
    ignoreBrokenPipes();
    std::unique_ptr<RawConnection> connection(new RawConnection);
    if (auto dialled = connection->dial(login); !dialled)
        return failure(std::move(dialled.error()));
    return connection;
}

Result<void> RawConnection::dial(const RawLogin& login) {
    const QString where = QStringLiteral("%1:%2").arg(login.host).arg(login.port);
    state_ = amqp_new_connection();
    amqp_socket_t* socket = nullptr;
    if (login.caFile.isEmpty()) {
        socket = amqp_tcp_socket_new(state_);
    } else {
        socket = amqp_ssl_socket_new(state_);
        amqp_ssl_socket_set_cacert(socket, login.caFile.toLocal8Bit().constData());
        amqp_ssl_socket_set_verify_peer(socket, 1);
        amqp_ssl_socket_set_verify_hostname(socket, 1);
        if (!login.certificateFile.isEmpty())
            amqp_ssl_socket_set_key(socket, login.certificateFile.toLocal8Bit().constData(),
                                    login.keyFile.toLocal8Bit().constData());
    }
    const timeval patience{dialSeconds, 0};
    if (const int status =
            amqp_socket_open_noblock(socket, login.host.toUtf8().constData(), login.port, &patience);
        status != AMQP_STATUS_OK)
        return failure(ErrorKind::CannotConnect, QStringLiteral("Cannot connect to %1.").arg(where),
                       libraryText(status));
    amqp_set_handshake_timeout(state_, &patience);
    Pool pool;
    const QByteArray name = login.name.toUtf8();
    HeaderTable facts;
    if (!name.isEmpty())
        facts.push_back({QByteArrayLiteral("connection_name"), HeaderValue::string(name)});
    const amqp_table_t client = encode(facts, pool.get());
    const QByteArray host = login.virtualHost.toUtf8();
    const QByteArray user = login.user.toUtf8();
    const amqp_rpc_reply_t reply =
        login.external
            ? amqp_login_with_properties(state_, host.constData(), 0, frameBytes, login.heartbeatSeconds,
                                         &client, AMQP_SASL_METHOD_EXTERNAL, user.constData())
            : amqp_login_with_properties(state_, host.constData(), 0, frameBytes, login.heartbeatSeconds,
                                         &client, AMQP_SASL_METHOD_PLAIN, user.constData(),
                                         login.password.toUtf8().constData());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        Error error = replyError(QStringLiteral("Login as %1 at %2").arg(login.user, where), reply);
        if (error.kind == ErrorKind::NotAllowed)
            error.kind = ErrorKind::NotAuthenticated;
        return failure(std::move(error));
    }
    alive_ = true;
    ++generation_;
    amqp_channel_open(state_, channel);
    return check(QStringLiteral("Opening a channel at %1").arg(where));
}

RawConnection::~RawConnection() {
    if (alive_)
        amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
    if (state_)
        amqp_destroy_connection(state_);
}

Result<void> RawConnection::check(const QString& what) {
    return check(what, amqp_get_rpc_reply(state_));
}

Result<void> RawConnection::check(const QString& what, const amqp_rpc_reply_t& reply) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        amqp_maybe_release_buffers(state_);
        return {};
    }
    Error error = replyError(what, reply);
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_channel_close_ok_t ok{};
        amqp_send_method(state_, channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
        ++generation_;
        amqp_channel_open(state_, channel);
        alive_ = amqp_get_rpc_reply(state_).reply_type == AMQP_RESPONSE_NORMAL;
    } else if (error.kind != ErrorKind::Busy) {
        alive_ = false;
    }
    return failure(std::move(error));
}

} // namespace signalbox::live
