#include "app/servicebus/amqpconnection.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QSysInfo>
#include <QUuid>

#include <algorithm>
#include <cstring>
#include <proton/connection.h>
#include <proton/event.h>
#include <proton/sasl.h>
#include <proton/transport.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr std::uint32_t frameBytes = 1 << 16;
constexpr pn_millis_t idleTimeoutMs = 60000;  // what the vendor's JavaScript client announces
constexpr std::size_t sessionBytes = 8 << 20; // of messages on the way to us before the service has to wait
constexpr int goodbyeMs = 2000;

qint64 nowMs() {
    return QDeadlineTimer::current(Qt::PreciseTimer).deadline();
}

void putEntry(pn_data_t* data, const char* key, const QByteArray& value) {
    pn_data_put_symbol(data, pn_bytes(std::strlen(key), key));
    pn_data_put_string(data, pn_bytes(static_cast<std::size_t>(value.size()), value.constData()));
}

void describe(pn_connection_t* connection) {
    pn_data_t* data = pn_connection_properties(connection);
    const QByteArray version = QCoreApplication::applicationVersion().toUtf8();
    pn_data_put_map(data);
    pn_data_enter(data);
    putEntry(data, "product", "Signalbox");
    putEntry(data, "version", version);
    putEntry(data, "platform", QSysInfo::prettyProductName().toUtf8());
    putEntry(data, "user-agent", "Signalbox/" + version);
    pn_data_exit(data);
}

} // namespace

AmqpCondition conditionOf(pn_condition_t* condition) {
    if (!condition || !pn_condition_is_set(condition))
        return {};
    return {pn_condition_get_name(condition), QString::fromUtf8(pn_condition_get_description(condition))};
}

AmqpConnection::AmqpConnection(Options options)
    : options_(std::move(options)) {
    // A thread that is none of Qt's has no event dispatcher before its first loop, and sockets need one from
    // their start.
    const QEventLoop loop;
    dispatcher_ = QAbstractEventDispatcher::instance();
    ticker_.setSingleShot(true);
    QObject::connect(&ticker_, &QTimer::timeout, &ticker_, [this] {
        tick();
        pump();
    });
}

AmqpConnection::~AmqpConnection() {
    if (channel_)
        channel_->disconnect();
    if (hasDriver_)
        pn_connection_driver_destroy(&driver_);
}

Result<void> AmqpConnection::open() {
    if (pn_connection_driver_init(&driver_, nullptr, nullptr) != 0)
        return failure(ErrorKind::Internal, QStringLiteral("There is no memory for a connection."));
    hasDriver_ = true;
    pn_connection_t* connection = driver_.connection;
    const QByteArray id = (QStringLiteral("signalbox-%1-").arg(options_.purpose) +
                           QUuid::createUuid().toString(QUuid::WithoutBraces))
                              .toUtf8();
    pn_connection_set_container(connection, id.constData());
    pn_connection_set_hostname(connection, options_.hostname.toUtf8().constData());
    describe(connection);
    pn_sasl_allowed_mechs(pn_sasl(driver_.transport), "ANONYMOUS");
    pn_transport_set_max_frame(driver_.transport, frameBytes);
    pn_transport_set_idle_timeout(driver_.transport, idleTimeoutMs);
    pn_connection_open(connection);

    channel_ = makeByteChannel(options_.endpoint);
    QObject::connect(channel_.get(), &ByteChannel::opened, &context_, [this] {
        isSocketOpen_ = true;
        pump();
        tick();
    });
    QObject::connect(channel_.get(), &ByteChannel::received, &context_,
                     [this](const QByteArray& bytes) { take(bytes); });
    QObject::connect(channel_.get(), &ByteChannel::failed, &context_,
                     [this](const Error& error) { ended(error); });
    channel_->open();
    auto opened = waitUntil([this] { return isUp_; }, options_.patienceMs);
    if (!opened) {
        // What ends a handshake is no lost link: it never was there.
        if (opened.error().kind == ErrorKind::Lost)
            opened.error().kind = ErrorKind::CannotConnect;
        return failure(std::move(opened.error()));
    }
    if (!*opened)
        return failure(ErrorKind::CannotConnect,
                       isSocketOpen_
                           ? QStringLiteral("%1 accepts connections but does not speak AMQP 1.0 in time.")
                                 .arg(options_.endpoint.text())
                           : QStringLiteral("%1 does not answer.").arg(options_.endpoint.text()));
    return {};
}

pn_session_t* AmqpConnection::newSession() {
    pn_session_t* session = pn_session(driver_.connection);
    pn_session_set_incoming_capacity(session, sessionBytes);
    pn_session_open(session);
    return session;
}

void AmqpConnection::follow(pn_link_t* link, LinkEvents* events) {
    pn_link_set_context(link, events);
}

Result<void> AmqpConnection::openLink(pn_link_t* link, const QString& doing) {
    pn_link_open(link);
    pump();
    const auto answered = [link] { return (pn_link_state(link) & PN_REMOTE_UNINIT) == 0; };
    auto opened = waitUntil(answered, options_.patienceMs);
    if (!opened)
        return failure(std::move(opened.error()));
    if (!*opened)
        return failure(ErrorKind::Busy, QStringLiteral("Could not %1: no answer in time.").arg(doing));
    // A refused link is attached with an empty terminus and detached with the reason.
    pn_terminus_t* remote =
        pn_link_is_sender(link) ? pn_link_remote_target(link) : pn_link_remote_source(link);
    if (pn_terminus_get_type(remote) == PN_UNSPECIFIED) {
        auto closed =
            waitUntil([link] { return (pn_link_state(link) & PN_REMOTE_CLOSED) != 0; }, options_.patienceMs);
        if (!closed)
            return failure(std::move(closed.error()));
    }
    if ((pn_link_state(link) & PN_REMOTE_CLOSED) != 0)
        return failure(conditionError(conditionOf(pn_link_remote_condition(link)), doing));
    return {};
}

void AmqpConnection::closeLink(pn_link_t* link) {
    follow(link, nullptr);
    pn_session_t* session = pn_link_session(link);
    pn_link_close(link);
    pn_session_close(session);
    pump();
}

Result<bool> AmqpConnection::waitUntil(const std::function<bool()>& done, int waitMs) {
    const QDeadlineTimer deadline(waitMs);
    // Not a QEventLoop: that one never ends once the application object has gone, and a worker may outlive
    // it.
    QTimer end; // wakes the dispatcher up in time
    end.setSingleShot(true);
    for (;;) {
        if (done())
            return true;
        if (isOver_)
            return failure(why_);
        if (interrupted_)
            return failure(ErrorKind::Cancelled, QStringLiteral("It was cancelled."));
        if (deadline.hasExpired())
            return false;
        end.start(static_cast<int>(std::max<qint64>(1, deadline.remainingTime())));
        dispatcher_->processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::ExcludeUserInputEvents);
    }
}

void AmqpConnection::take(const QByteArray& bytes) {
    qsizetype at = 0;
    while (at < bytes.size() && !isOver_) {
        const pn_rwbytes_t room = pn_connection_driver_read_buffer(&driver_);
        if (room.size == 0)
            break; // it reads no more
        const auto part = std::min(room.size, static_cast<std::size_t>(bytes.size() - at));
        std::memcpy(room.start, bytes.constData() + at, part);
        pn_connection_driver_read_done(&driver_, part);
        at += static_cast<qsizetype>(part);
        pump();
    }
}

void AmqpConnection::pump() {
    if (isPumping_ || !hasDriver_)
        return;
    isPumping_ = true;
    for (;;) {
        while (pn_event_t* event = pn_connection_driver_next_event(&driver_))
            handle(event);
        if (!isSocketOpen_ || isOver_)
            break;
        const pn_bytes_t out = pn_connection_driver_write_buffer(&driver_);
        if (out.size == 0)
            break;
        channel_->write(QByteArray(out.start, static_cast<qsizetype>(out.size)));
        pn_connection_driver_write_done(&driver_, out.size);
    }
    isPumping_ = false;
}

void AmqpConnection::handle(pn_event_t* event) {
    if (pn_event_link(event))
        ++eventCount_;
    switch (pn_event_type(event)) {
    case PN_CONNECTION_REMOTE_OPEN:
        isUp_ = true;
        break;
    case PN_CONNECTION_REMOTE_CLOSE: {
        const AmqpCondition condition = conditionOf(pn_connection_remote_condition(driver_.connection));
        Error error = conditionError(
            condition, QStringLiteral("keep the connection to %1").arg(options_.endpoint.text()));
        if (isTransient(condition.name) || condition.isEmpty())
            error.kind = ErrorKind::Lost;
        ended(std::move(error));
        break;
    }
    case PN_TRANSPORT_ERROR: {
        const AmqpCondition condition = conditionOf(pn_transport_condition(driver_.transport));
        const bool refused = pn_sasl_outcome(pn_sasl(driver_.transport)) == PN_SASL_AUTH;
        ended({refused ? ErrorKind::NotAuthenticated
               : isUp_ ? ErrorKind::Lost
                       : ErrorKind::CannotConnect,
               QStringLiteral("The connection to %1 ended: %2")
                   .arg(options_.endpoint.text(), condition.description),
               QString::fromUtf8(condition.name)});
        break;
    }
    case PN_DELIVERY: {
        pn_link_t* link = pn_event_link(event);
        if (auto* events = static_cast<LinkEvents*>(pn_link_get_context(link)))
            events->delivered(pn_event_delivery(event));
        break;
    }
    default:
        break; // links and sessions are asked for their state
    }
}

void AmqpConnection::tick() {
    if (!hasDriver_ || isOver_)
        return;
    const qint64 now = nowMs();
    if (const qint64 next = pn_transport_tick(driver_.transport, now); next != 0)
        ticker_.start(static_cast<int>(std::clamp<qint64>(next - now, 1, idleTimeoutMs)));
}

void AmqpConnection::ended(Error error) {
    isUp_ = false;
    if (!std::exchange(isOver_, true))
        why_ = std::move(error);
    ticker_.stop();
}

void AmqpConnection::close() {
    if (!hasDriver_ || isOver_ || !isSocketOpen_)
        return;
    interrupted_ = false;
    pn_connection_close(driver_.connection);
    pump();
    (void)waitUntil([this] { return channel_->unsent() == 0; }, goodbyeMs);
    if (!isOver_)
        ended({ErrorKind::Lost, QStringLiteral("The connection was closed."), {}});
    channel_->close();
}

void AmqpConnection::interrupt() {
    interrupted_ = true;
    dispatcher_->wakeUp();
}

} // namespace signalbox::servicebus
