#include "app/rabbitmq/deliveryassembler.h"

#include "app/rabbitmq/amqpvalues.h"

#include <algorithm>

namespace signalbox::rabbitmq {

namespace {

// The broker's word on the size is not trusted with memory before the bytes are there.
constexpr std::uint64_t reserveAtMost = 16U << 20;

} // namespace

bool DeliveryAssembler::begin(const amqp_method_t& method) {
    if (method.id == AMQP_BASIC_DELIVER_METHOD) {
        const auto* deliver = static_cast<const amqp_basic_deliver_t*>(method.decoded);
        delivery_ = {};
        delivery_.tag = deliver->delivery_tag;
        delivery_.message.exchange = fromAmqp(deliver->exchange);
        delivery_.message.routingKey = fromAmqp(deliver->routing_key);
        delivery_.message.redelivered = deliver->redelivered != 0;
        isReturn_ = false;
    } else if (method.id == AMQP_BASIC_RETURN_METHOD) {
        const auto* returned = static_cast<const amqp_basic_return_t*>(method.decoded);
        delivery_ = {};
        delivery_.message.exchange = fromAmqp(returned->exchange);
        delivery_.message.routingKey = fromAmqp(returned->routing_key);
        reason_ = QStringLiteral("%1 %2")
                      .arg(returned->reply_code)
                      .arg(QString::fromUtf8(fromAmqp(returned->reply_text)));
        isReturn_ = true;
    } else {
        return false;
    }
    step_ = Step::Header;
    return true;
}

Result<void> DeliveryAssembler::addHeader(const amqp_frame_t& frame) {
    delivery_.message.properties =
        fromAmqp(*static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded));
    left_ = frame.payload.properties.body_size;
    if (left_ > static_cast<std::uint64_t>(std::numeric_limits<qsizetype>::max() / 2))
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The broker announced an impossible message size."));
    delivery_.message.bodySize = static_cast<qint64>(left_);
    delivery_.message.body.reserve(static_cast<qsizetype>(std::min(left_, reserveAtMost)));
    if (const HeaderValue* offset = delivery_.message.header("x-stream-offset")) {
        std::int64_t number = -1;
        if (headerInteger(*offset, &number))
            delivery_.streamOffset = number;
    }
    step_ = left_ == 0 ? Step::Whole : Step::Body;
    return {};
}

Result<void> DeliveryAssembler::add(const amqp_frame_t& frame) {
    if (step_ == Step::Header && frame.frame_type == AMQP_FRAME_HEADER)
        return addHeader(frame);
    if (step_ != Step::Body || frame.frame_type != AMQP_FRAME_BODY || frame.payload.body_fragment.len > left_)
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The broker sent a message whose frames do not fit."));
    const amqp_bytes_t& part = frame.payload.body_fragment;
    delivery_.message.body.append(static_cast<const char*>(part.bytes), static_cast<qsizetype>(part.len));
    left_ -= part.len;
    if (left_ == 0)
        step_ = Step::Whole;
    return {};
}

Delivery DeliveryAssembler::take() {
    step_ = Step::Idle;
    return std::move(delivery_);
}

} // namespace signalbox::rabbitmq
