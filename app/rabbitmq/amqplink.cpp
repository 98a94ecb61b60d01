#include "app/rabbitmq/amqplink.h"

#include "app/rabbitmq/amqpvalues.h"

#include <QSysInfo>
#include <amqp_tcp_socket.h>
#include <csignal>
#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#endif

namespace signalbox::rabbitmq {

namespace {

constexpr int frameBytes = 131072;
constexpr int channels = 8;
constexpr long connectSeconds = 10;
constexpr long answerSeconds = 20;
constexpr long goodbyeSeconds = 3;

timeval seconds(long count) {
    timeval time{};
    time.tv_sec = count;
    return time;
}

amqp_table_entry_t entry(const char* key, const char* text) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_UTF8;
    made.value.value.bytes = amqp_cstring_bytes(text);
    return made;
}

amqp_table_entry_t capability(const char* key) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    made.value.value.boolean = 1;
    return made;
}

Error loginError(const ConnectionProfile& profile, const amqp_rpc_reply_t& reply, const AmqpDoing& doing) {
    QString text;
    const int code = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION ? closeCode(reply.reply, &text) : 0;
    const QString said =
        code ? QStringLiteral("%1 (%2, from %3)").arg(text).arg(code).arg(doing.endpoint) : QString();
    if (code == AMQP_ACCESS_REFUSED)
        return {ErrorKind::NotAuthenticated,
                QStringLiteral(
                    "The broker refused the login of %1: wrong user name or password, or the user may not "
                    "log in from here.")
                    .arg(profile.user),
                said};
    if (code == AMQP_NOT_ALLOWED) {
        if (text.contains(QLatin1String("not found")))
            return {ErrorKind::NotFound,
                    QStringLiteral("There is no virtual host %1 on %2. Give the connection another one.")
                        .arg(profile.virtualHost, doing.endpoint),
                    said};
        if (text.contains(QLatin1String("limit")))
            return {ErrorKind::Busy,
                    QStringLiteral("The virtual host %1 takes no more connections (limit reached).")
                        .arg(profile.virtualHost),
                    said};
        return {
            ErrorKind::NotAllowed,
            QStringLiteral("The user %1 has no right to the virtual host %2. An administrator gives it with "
                           "rabbitmqctl set_permissions.")
                .arg(profile.user, profile.virtualHost),
            said};
    }
    if (code) // the broker is starting or going down
        return {ErrorKind::CannotConnect, QStringLiteral("%1 ended the login.").arg(doing.endpoint), said};
    Error error = statusError(doing, reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
                                         ? reply.library_error
                                         : AMQP_STATUS_CONNECTION_CLOSED);
    error.kind = ErrorKind::CannotConnect;
    error.summary =
        QStringLiteral("%1 does not answer as an AMQP 0-9-1 broker. Is this the right port, and does it "
                       "want TLS?")
            .arg(doing.endpoint);
    return error;
}

} // namespace

Result<std::unique_ptr<AmqpLink>> AmqpLink::open(const Dial& dial) {
#ifndef Q_OS_WIN
    static const bool quiet = [] {
        std::signal(SIGPIPE,
                    SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL; a dead link is an error, not a signal
        return true;
    }();
    (void)quiet;
#endif
    std::unique_ptr<AmqpLink> link(new AmqpLink(dial.profile, amqp_new_connection()));
    if (!link->state_)
        return failure(ErrorKind::Internal, QStringLiteral("Out of memory."));
    DialStage unasked{};
    DialStage& stage = dial.stage ? *dial.stage : unasked;
    stage = DialStage::Socket;
    if (auto connected = link->connect(stage); !connected)
        return failure(std::move(connected.error()));
    if (auto loggedIn = link->logIn(dial, stage); !loggedIn)
        return failure(std::move(loggedIn.error()));
    stage = DialStage::Open;
    link->up_ = true;
    return link;
}

AmqpLink::~AmqpLink() {
    if (state_)
        amqp_destroy_connection(state_);
}

Result<void> AmqpLink::connect(DialStage& stage) {
    amqp_socket_t* socket = nullptr;
    if (profile_.tls.enabled) {
        stage = DialStage::Tls;
        auto made = makeTlsSocket(state_, profile_, tls_);
        if (!made)
            return failure(std::move(made.error()));
        socket = *made;
    } else {
        socket = amqp_tcp_socket_new(state_);
    }
    const timeval patience = seconds(connectSeconds);
    const int status =
        amqp_socket_open_noblock(socket, profile_.host.toUtf8().constData(), profile_.port, &patience);
    if (status == AMQP_STATUS_OK)
        return {};
    if (!isTlsStatus(status))
        stage = DialStage::Socket;
    const QString endpoint = endpointOf(profile_);
    const QString said = QString::fromUtf8(amqp_error_string2(status));
    if (isTlsStatus(status))
        return failure(tlsError(profile_, status, tls_));
    if (status == AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED)
        return failure(
            ErrorKind::CannotConnect,
            QStringLiteral("The host name %1 is not known. Check the name and your network or VPN.")
                .arg(profile_.host),
            said);
    if (status == AMQP_STATUS_TIMEOUT)
        return failure(ErrorKind::CannotConnect,
                       QStringLiteral("%1 did not answer within %2 s. A firewall may be in the way.")
                           .arg(endpoint)
                           .arg(connectSeconds),
                       said);
    return failure(
        ErrorKind::CannotConnect,
        QStringLiteral("Nothing accepts connections on %1. Is the broker running, and the port right?")
            .arg(endpoint),
        said);
}

Result<void> AmqpLink::logIn(const Dial& dial, DialStage& stage) {
    stage = DialStage::Login;
    timeval patience = seconds(answerSeconds);
    amqp_set_handshake_timeout(state_, &patience);
    amqp_set_rpc_timeout(state_, &patience);
    const QByteArray purpose = dial.purpose.toUtf8();
    amqp_table_entry_t capabilities[] = {capability("connection.blocked"),
                                         capability("consumer_cancel_notify"),
                                         capability("authentication_failure_close"), capability("basic.nack"),
                                         capability("publisher_confirms")};
    amqp_table_entry_t entries[] = {
        entry("product", "Signalbox"), entry("connection_name", purpose.constData()), {}};
    entries[2].key = amqp_cstring_bytes("capabilities");
    entries[2].value.kind = AMQP_FIELD_KIND_TABLE;
    entries[2].value.value.table = {static_cast<int>(std::size(capabilities)), capabilities};
    const amqp_table_t properties{static_cast<int>(std::size(entries)), entries};
    const QByteArray host = profile_.virtualHost.toUtf8();
    const QByteArray user = profile_.user.toUtf8();
    const AmqpDoing logging = doing(QStringLiteral("log in"));
    // No user: the certificate is the identity (plug-in rabbitmq_auth_mechanism_ssl). What is sent beside it
    // counts for nothing, but the client library cannot send an empty answer.
    const amqp_rpc_reply_t reply =
        user.isEmpty()
            ? amqp_login_with_properties(state_, host.constData(), channels, frameBytes,
                                         profile_.heartbeatSeconds, &properties, AMQP_SASL_METHOD_EXTERNAL,
                                         "certificate")
            : amqp_login_with_properties(state_, host.constData(), channels, frameBytes,
                                         profile_.heartbeatSeconds, &properties, AMQP_SASL_METHOD_PLAIN,
                                         user.constData(), dial.password.reveal().constData());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        Error error = loginError(profile_, reply, logging);
        if (profile_.tls.enabled && reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
            error = tlsRefusal(profile_, tls_, error.detail);
            stage = DialStage::Tls;
        }
        if (error.kind != ErrorKind::NotAuthenticated && error.kind != ErrorKind::CannotConnect)
            stage = DialStage::VirtualHost;
        return failure(std::move(error));
    }
    amqp_channel_open(state_, channel);
    auto opened = check(QStringLiteral("open a channel"));
    if (!opened && opened.error().kind == ErrorKind::Lost)
        opened.error().kind = ErrorKind::CannotConnect;
    return opened;
}

AmqpDoing AmqpLink::doing(const QString& what) const {
    return {what, profile_.user, profile_.virtualHost, endpointOf(profile_)};
}

Result<void> AmqpLink::check(const QString& what) {
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(state_);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL)
        return {};
    up_ = false;
    return failure(replyError(doing(what), reply));
}

Result<void> AmqpLink::check(const QString& what, int status) {
    if (status == AMQP_STATUS_OK)
        return {};
    up_ = false;
    return failure(statusError(doing(what), status));
}

Error AmqpLink::ended(const QString& what, const amqp_method_t& method) {
    up_ = false;
    QString text;
    const int code = closeCode(method, &text);
    return closeError(doing(what), code, text);
}

void AmqpLink::gather(bool on) {
#ifdef TCP_CORK
    const int value = on ? 1 : 0;
    (void)setsockopt(amqp_get_sockfd(state_), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
#else
    (void)on;
#endif
}

Result<std::optional<amqp_frame_t>> AmqpLink::frame(int waitMs) {
    for (;;) {
        amqp_frame_t got{};
        timeval patience{};
        patience.tv_sec = waitMs / 1000;
        patience.tv_usec = (waitMs % 1000) * 1000;
        const int status = amqp_simple_wait_frame_noblock(state_, &got, &patience);
        if (status == AMQP_STATUS_TIMEOUT)
            return std::optional<amqp_frame_t>();
        if (auto fine = check(QStringLiteral("wait for the broker"), status); !fine)
            return failure(std::move(fine.error()));
        if (got.frame_type == AMQP_FRAME_METHOD && got.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD)
            return failure(ended(QStringLiteral("use the link"), got.payload.method));
        if (got.channel == channel)
            return std::optional<amqp_frame_t>(got);
        takeConnectionFrame(got);
        release(got.channel);
        waitMs = 0;
    }
}

void AmqpLink::takeConnectionFrame(const amqp_frame_t& frame) {
    if (frame.frame_type != AMQP_FRAME_METHOD)
        return;
    if (frame.payload.method.id == AMQP_CONNECTION_BLOCKED_METHOD) {
        const auto* method = static_cast<const amqp_connection_blocked_t*>(frame.payload.method.decoded);
        blockedReason_ = QString::fromUtf8(fromAmqp(method->reason));
        blocked_ = true;
    } else if (frame.payload.method.id == AMQP_CONNECTION_UNBLOCKED_METHOD) {
        blocked_ = false;
        blockedReason_.clear();
    }
}

Result<void> AmqpLink::reopenChannel() {
    amqp_channel_close_ok_t understood{};
    amqp_send_method(state_, channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &understood);
    amqp_channel_open(state_, channel);
    auto opened = check(QStringLiteral("open a channel"));
    up_ = opened.has_value();
    return opened;
}

Result<void> AmqpLink::openQuestions() {
    if (mayAsk_)
        return {};
    amqp_channel_open(state_, questions);
    auto opened = check(QStringLiteral("open a channel"));
    mayAsk_ = opened.has_value();
    return opened;
}

Result<QueueCounts> AmqpLink::declarePassive(const QString& queue) {
    if (auto opened = openQuestions(); !opened)
        return failure(std::move(opened.error()));
    const QByteArray name = queue.toUtf8();
    const amqp_queue_declare_ok_t* answer =
        amqp_queue_declare(state_, questions, toAmqp(name), 1, 0, 0, 0, amqp_empty_table);
    QueueCounts counts;
    if (answer) {
        counts.ready = answer->message_count;
        counts.consumers = static_cast<int>(answer->consumer_count);
    }
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(state_);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        release(questions);
        return counts;
    }
    up_ = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD;
    if (up_) {
        amqp_channel_close_ok_t understood{};
        amqp_send_method(state_, questions, AMQP_CHANNEL_CLOSE_OK_METHOD, &understood);
        mayAsk_ = false;
    }
    return failure(replyError(doing(QStringLiteral("look at the queue %1").arg(queue)), reply));
}

QString AmqpLink::serverProperty(const char* name) const {
    const amqp_table_t* properties = amqp_get_server_properties(state_);
    for (int i = 0; properties && i < properties->num_entries; ++i) {
        const amqp_table_entry_t& property = properties->entries[i];
        if (fromAmqp(property.key) == name && property.value.kind == AMQP_FIELD_KIND_UTF8)
            return QString::fromUtf8(fromAmqp(property.value.value.bytes));
    }
    return {};
}

void AmqpLink::close() {
    if (!state_ || !up_)
        return;
    up_ = false;
    if (blocked_) // the broker does not read from us: no goodbye would be answered
        return;
    timeval patience = seconds(goodbyeSeconds);
    amqp_set_rpc_timeout(state_, &patience);
    amqp_channel_close(state_, channel, AMQP_REPLY_SUCCESS);
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
}

} // namespace signalbox::rabbitmq
