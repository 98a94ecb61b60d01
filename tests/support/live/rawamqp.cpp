#include "tests/support/live/rawamqp.h"

#include "tests/support/live/rawtable.h"

#include <QElapsedTimer>
#include <sys/time.h>

namespace signalbox::live {

namespace {

amqp_channel_t channel = RawConnection::channel;
constexpr std::size_t confirmWindow = 500;

} // namespace

Result<std::unique_ptr<RawAmqp>> RawAmqp::open(const RawLogin& login) {
    auto connection = RawConnection::open(login);
    if (!connection)
        return failure(std::move(connection.error()));
    return std::unique_ptr<RawAmqp>(new RawAmqp(std::move(*connection)));
}

Result<void> RawAmqp::declareQueue(const QString& name, const HeaderTable& arguments) {
    Pool pool;
    const QByteArray queue = name.toUtf8();
    amqp_queue_declare(connection_->state(), channel, wire(queue), 0, 1, 0, 0, encode(arguments, pool.get()));
    return connection_->check(QStringLiteral("Declaring the queue %1").arg(name));
}

Result<void> RawAmqp::deleteQueue(const QString& name) {
    const QByteArray queue = name.toUtf8();
    amqp_queue_delete(connection_->state(), channel, wire(queue), 0, 0);
    return connection_->check(QStringLiteral("Deleting the queue %1").arg(name));
}

Result<void> RawAmqp::declareExchange(const QString& name, const QString& type,
                                      const HeaderTable& arguments) {
    Pool pool;
    const QByteArray exchange = name.toUtf8();
    const QByteArray kind = type.toUtf8();
    amqp_exchange_declare(connection_->state(), channel, wire(exchange), wire(kind), 0, 1, 0, 0,
                          encode(arguments, pool.get()));
    return connection_->check(QStringLiteral("Declaring the exchange %1").arg(name));
}

Result<void> RawAmqp::bindQueue(const QString& queue, const QString& exchange, const QString& key,
                                const HeaderTable& arguments) {
    Pool pool;
    const QByteArray to = queue.toUtf8();
    const QByteArray from = exchange.toUtf8();
    const QByteArray by = key.toUtf8();
    amqp_queue_bind(connection_->state(), channel, wire(to), wire(from), wire(by),
                    encode(arguments, pool.get()));
    return connection_->check(QStringLiteral("Binding %1 to %2").arg(queue, exchange));
}

Result<void> RawAmqp::purge(const QString& queue) {
    const QByteArray name = queue.toUtf8();
    amqp_queue_purge(connection_->state(), channel, wire(name));
    return connection_->check(QStringLiteral("Purging %1").arg(queue));
}

Result<qint64> RawAmqp::count(const QString& queue) {
    const QByteArray name = queue.toUtf8();
    const amqp_queue_declare_ok_t* ok =
        amqp_queue_declare(connection_->state(), channel, wire(name), 1, 1, 0, 0, amqp_empty_table);
    const qint64 ready = ok ? ok->message_count : -1;
    if (auto answered = connection_->check(QStringLiteral("Counting %1").arg(queue)); !answered)
        return failure(std::move(answered.error()));
    return ready;
}

Result<void> RawAmqp::useConfirms() {
    if (confirmGeneration_ == connection_->channelGeneration())
        return {};
    amqp_confirm_select(connection_->state(), channel);
    auto answered = connection_->check(QStringLiteral("Asking for confirms"));
    if (answered) {
        confirmGeneration_ = connection_->channelGeneration();
        sent_ = 0;
        open_.clear();
    }
    return answered;
}

Result<void> RawAmqp::publish(const Message& message) {
    return publish(1, [&message](qint64) { return message; });
}

Result<void> RawAmqp::publish(const std::vector<Message>& messages) {
    return publish(static_cast<qint64>(messages.size()),
                   [&messages](qint64 index) { return messages[static_cast<std::size_t>(index)]; });
}

Result<void> RawAmqp::publishTo(const QString& queue, Message message) {
    message.exchange.clear();
    message.routingKey = queue.toUtf8();
    return publish(message);
}

Result<void> RawAmqp::publish(qint64 count, const std::function<Message(qint64)>& make) {
    refused_.reset();
    if (auto ready = useConfirms(); !ready)
        return ready;
    for (qint64 i = 0; i < count; ++i) {
        if (auto sent = send(make(i)); !sent)
            return sent;
        while (open_.size() >= confirmWindow) {
            if (auto read = readAnswers(true); !read)
                return read;
        }
    }
    while (!open_.empty()) {
        if (auto read = readAnswers(true); !read)
            return read;
    }
    if (refused_)
        return failure(*refused_);
    return {};
}

Result<void> RawAmqp::send(const Message& message) {
    Pool pool;
    const amqp_basic_properties_t properties = encode(message.properties, pool.get());
    const int status =
        amqp_basic_publish(connection_->state(), channel, wire(message.exchange), wire(message.routingKey),
                           mandatory_ ? 1 : 0, 0, &properties, wire(message.body));
    if (status != AMQP_STATUS_OK)
        return failure(ErrorKind::Lost, QStringLiteral("Publishing failed."),
                       QString::fromUtf8(amqp_error_string2(status)));
    open_.insert(++sent_);
    return {};
}

// Reads one frame of answers: confirms, returns, or the end of the channel.
Result<void> RawAmqp::readAnswers(bool wait) {
    amqp_frame_t frame{};
    timeval patience{wait ? patienceMs_ / 1000 : 0, wait ? (patienceMs_ % 1000) * 1000 : 0};
    const int status = amqp_simple_wait_frame_noblock(connection_->state(), &frame, &patience);
    if (status == AMQP_STATUS_TIMEOUT)
        return failure(ErrorKind::Busy,
                       QStringLiteral("The broker confirmed nothing for %1 s.").arg(patienceMs_ / 1000.0));
    if (status != AMQP_STATUS_OK)
        return failure(ErrorKind::Lost, QStringLiteral("The link broke while confirms were awaited."),
                       QString::fromUtf8(amqp_error_string2(status)));
    if (frame.frame_type != AMQP_FRAME_METHOD)
        return {};
    const auto settle = [this](std::uint64_t tag, bool multiple) {
        if (multiple)
            open_.erase(open_.begin(), open_.upper_bound(tag));
        else
            open_.erase(tag);
    };
    switch (frame.payload.method.id) {
    case AMQP_BASIC_ACK_METHOD: {
        const auto* ack = static_cast<const amqp_basic_ack_t*>(frame.payload.method.decoded);
        settle(ack->delivery_tag, ack->multiple != 0);
        break;
    }
    case AMQP_BASIC_NACK_METHOD: {
        const auto* nack = static_cast<const amqp_basic_nack_t*>(frame.payload.method.decoded);
        settle(nack->delivery_tag, nack->multiple != 0);
        refused_ = Error{ErrorKind::Blocked, QStringLiteral("The broker refused a message (nack)."), {}};
        break;
    }
    case AMQP_BASIC_RETURN_METHOD:
        return readReturn();
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD: {
        amqp_rpc_reply_t reply{};
        reply.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION;
        reply.reply = frame.payload.method;
        return connection_->check(QStringLiteral("Publishing"), reply);
    }
    default:
        break;
    }
    amqp_maybe_release_buffers(connection_->state());
    return {};
}

Result<void> RawAmqp::readReturn() {
    amqp_message_t returned{};
    const amqp_rpc_reply_t reply = amqp_read_message(connection_->state(), channel, &returned, 0);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        return connection_->check(QStringLiteral("Reading a returned message"), reply);
    amqp_destroy_message(&returned);
    refused_ = Error{ErrorKind::NotFound, QStringLiteral("A message could not be routed to any queue."), {}};
    return {};
}

Result<std::optional<RawAmqp::Got>> RawAmqp::get(const QString& queue) {
    const QByteArray name = queue.toUtf8();
    amqp_connection_state_t state = connection_->state();
    const amqp_rpc_reply_t reply = amqp_basic_get(state, channel, wire(name), 0);
    const QString what = QStringLiteral("Taking from %1").arg(queue);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        auto checked = connection_->check(what, reply);
        return failure(std::move(checked.error()));
    }
    if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD)
        return std::nullopt;
    const auto* ok = static_cast<const amqp_basic_get_ok_t*>(reply.reply.decoded);
    Got got;
    got.tag = ok->delivery_tag;
    got.message.exchange = unwire(ok->exchange);
    got.message.routingKey = unwire(ok->routing_key);
    got.message.redelivered = ok->redelivered != 0;
    amqp_message_t raw{};
    if (auto read = connection_->check(what, amqp_read_message(state, channel, &raw, 0)); !read)
        return failure(std::move(read.error()));
    got.message.properties = decode(raw.properties);
    got.message.body = unwire(raw.body);
    got.message.bodySize = got.message.body.size();
    amqp_destroy_message(&raw);
    amqp_maybe_release_buffers(state);
    return got;
}

Result<std::vector<Message>> RawAmqp::drain(const QString& queue, qint64 most) {
    std::vector<Message> taken;
    while (most < 0 || static_cast<qint64>(taken.size()) < most) {
        auto got = get(queue);
        if (!got)
            return failure(std::move(got.error()));
        if (!*got)
            break;
        amqp_basic_ack(connection_->state(), channel, (*got)->tag, 0);
        taken.push_back(std::move((*got)->message));
    }
    return taken;
}

Result<std::vector<Message>> RawAmqp::peek(const QString& queue, qint64 most) {
    std::vector<Message> seen;
    std::uint64_t last = 0;
    while (most < 0 || static_cast<qint64>(seen.size()) < most) {
        auto got = get(queue);
        if (!got)
            return failure(std::move(got.error()));
        if (!*got)
            break;
        last = (*got)->tag;
        seen.push_back(std::move((*got)->message));
    }
    if (last != 0)
        amqp_basic_nack(connection_->state(), channel, last, 1, 1);
    return seen;
}

} // namespace signalbox::live
