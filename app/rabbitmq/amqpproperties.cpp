#include "app/rabbitmq/amqpvalues.h"

namespace signalbox::rabbitmq {

namespace {

struct TextProperty {
    std::optional<QByteArray> MessageProperties::*ours;
    amqp_bytes_t amqp_basic_properties_t::*theirs;
    amqp_flags_t flag;
};

// AMQP 0-9-1, class basic: the short-string properties.
constexpr TextProperty textProperties[] = {
    {&MessageProperties::contentType, &amqp_basic_properties_t::content_type, AMQP_BASIC_CONTENT_TYPE_FLAG},
    {&MessageProperties::contentEncoding, &amqp_basic_properties_t::content_encoding,
     AMQP_BASIC_CONTENT_ENCODING_FLAG},
    {&MessageProperties::correlationId, &amqp_basic_properties_t::correlation_id,
     AMQP_BASIC_CORRELATION_ID_FLAG},
    {&MessageProperties::replyTo, &amqp_basic_properties_t::reply_to, AMQP_BASIC_REPLY_TO_FLAG},
    {&MessageProperties::expiration, &amqp_basic_properties_t::expiration, AMQP_BASIC_EXPIRATION_FLAG},
    {&MessageProperties::messageId, &amqp_basic_properties_t::message_id, AMQP_BASIC_MESSAGE_ID_FLAG},
    {&MessageProperties::type, &amqp_basic_properties_t::type, AMQP_BASIC_TYPE_FLAG},
    {&MessageProperties::userId, &amqp_basic_properties_t::user_id, AMQP_BASIC_USER_ID_FLAG},
    {&MessageProperties::appId, &amqp_basic_properties_t::app_id, AMQP_BASIC_APP_ID_FLAG},
    {&MessageProperties::clusterId, &amqp_basic_properties_t::cluster_id, AMQP_BASIC_CLUSTER_ID_FLAG},
};

} // namespace

amqp_basic_properties_t toAmqp(const MessageProperties& properties, AmqpPool& pool) {
    amqp_basic_properties_t to{};
    for (const TextProperty& text : textProperties) {
        const std::optional<QByteArray>& value = properties.*text.ours;
        if (!value)
            continue;
        to._flags |= text.flag;
        to.*text.theirs = toAmqp(*value);
    }
    if (properties.deliveryMode) {
        to._flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;
        to.delivery_mode = *properties.deliveryMode;
    }
    if (properties.priority) {
        to._flags |= AMQP_BASIC_PRIORITY_FLAG;
        to.priority = *properties.priority;
    }
    if (properties.timestamp) {
        to._flags |= AMQP_BASIC_TIMESTAMP_FLAG;
        to.timestamp = *properties.timestamp;
    }
    if (properties.headers) {
        to._flags |= AMQP_BASIC_HEADERS_FLAG;
        to.headers = toAmqp(*properties.headers, pool);
    }
    return to;
}

MessageProperties fromAmqp(const amqp_basic_properties_t& properties) {
    MessageProperties to;
    const amqp_flags_t flags = properties._flags;
    for (const TextProperty& text : textProperties) {
        if ((flags & text.flag) != 0)
            to.*text.ours = fromAmqp(properties.*text.theirs);
    }
    if ((flags & AMQP_BASIC_DELIVERY_MODE_FLAG) != 0)
        to.deliveryMode = properties.delivery_mode;
    if ((flags & AMQP_BASIC_PRIORITY_FLAG) != 0)
        to.priority = properties.priority;
    if ((flags & AMQP_BASIC_TIMESTAMP_FLAG) != 0)
        to.timestamp = properties.timestamp;
    if ((flags & AMQP_BASIC_HEADERS_FLAG) != 0)
        to.headers = fromAmqp(properties.headers);
    return to;
}

} // namespace signalbox::rabbitmq
