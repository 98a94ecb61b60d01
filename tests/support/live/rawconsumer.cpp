#include "tests/support/live/rawconsumer.h"

#include "tests/support/live/rawtable.h"

#include <sys/time.h>

namespace signalbox::live {

namespace {

constexpr amqp_channel_t channel = RawConnection::channel;

Result<void> sent(int status) {
    if (status == AMQP_STATUS_OK)
        return {};
    return failure(ErrorKind::Lost, QStringLiteral("Settling a message failed."),
                   QString::fromUtf8(amqp_error_string2(status)));
}

} // namespace

Result<std::unique_ptr<RawConsumer>> RawConsumer::open(const RawLogin& login, int prefetch) {
    auto connection = RawConnection::open(login);
    if (!connection)
        return failure(std::move(connection.error()));
    amqp_basic_qos((*connection)->state(), channel, 0, static_cast<std::uint16_t>(prefetch), 0);
    if (auto set = (*connection)->check(QStringLiteral("Setting the prefetch")); !set)
        return failure(std::move(set.error()));
    std::unique_ptr<RawConsumer> consumer(new RawConsumer(std::move(*connection)));
    consumer->generation_ = consumer->connection_->channelGeneration();
    return consumer;
}

Result<void> RawConsumer::consume(const QString& queue, const HeaderTable& arguments) {
    Pool pool;
    const QByteArray name = queue.toUtf8();
    // The tag is the queue's name: deliveries carry it.
    amqp_basic_consume(connection_->state(), channel, wire(name), wire(name), 0, 0, 0,
                       encode(arguments, pool.get()));
    return connection_->check(QStringLiteral("Consuming from %1").arg(queue));
}

Result<std::optional<RawDelivery>> RawConsumer::next(int timeoutMs) {
    if (generation_ != connection_->channelGeneration())
        return failure(ErrorKind::Lost, QStringLiteral("The channel was closed; consume again."));
    amqp_connection_state_t state = connection_->state();
    const timeval patience{timeoutMs / 1000, (timeoutMs % 1000) * 1000};
    amqp_envelope_t envelope{};
    amqp_maybe_release_buffers(state);
    const amqp_rpc_reply_t reply = amqp_consume_message(state, &envelope, &patience, 0);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        RawDelivery delivery;
        delivery.tag = envelope.delivery_tag;
        delivery.queue = unwire(envelope.consumer_tag);
        delivery.message.exchange = unwire(envelope.exchange);
        delivery.message.routingKey = unwire(envelope.routing_key);
        delivery.message.redelivered = envelope.redelivered != 0;
        delivery.message.properties = decode(envelope.message.properties);
        delivery.message.body = unwire(envelope.message.body);
        delivery.message.bodySize = delivery.message.body.size();
        amqp_destroy_envelope(&envelope);
        return delivery;
    }
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply.library_error == AMQP_STATUS_TIMEOUT)
        return std::nullopt;
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
        reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
        // Not a delivery: the broker cancelled the consumer or closed the channel.
        amqp_frame_t frame{};
        amqp_simple_wait_frame(state, &frame);
        if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_CANCEL_METHOD)
            return failure(ErrorKind::NotFound, QStringLiteral("The broker cancelled the consumer."));
        return failure(ErrorKind::Lost, QStringLiteral("The broker closed the consumer's channel."));
    }
    auto checked = connection_->check(QStringLiteral("Consuming"), reply);
    return failure(std::move(checked.error()));
}

Result<void> RawConsumer::ack(std::uint64_t tag, bool andEarlier) {
    return sent(amqp_basic_ack(connection_->state(), channel, tag, andEarlier ? 1 : 0));
}

Result<void> RawConsumer::reject(std::uint64_t tag, bool requeue) {
    return sent(amqp_basic_reject(connection_->state(), channel, tag, requeue ? 1 : 0));
}

Result<std::vector<Message>> RawConsumer::take(qint64 count, int timeoutMs) {
    std::vector<Message> taken;
    while (static_cast<qint64>(taken.size()) < count) {
        auto delivery = next(timeoutMs);
        if (!delivery)
            return failure(std::move(delivery.error()));
        if (!*delivery)
            break;
        if (auto acked = ack((*delivery)->tag); !acked)
            return failure(std::move(acked.error()));
        taken.push_back(std::move((*delivery)->message));
    }
    return taken;
}

} // namespace signalbox::live
