#include "tests/support/live/rawtable.h"

namespace signalbox::live {

namespace {

struct TextField {
    std::optional<QByteArray> MessageProperties::*ours;
    amqp_bytes_t amqp_basic_properties_t::*theirs;
    amqp_flags_t flag;
};

constexpr TextField textFields[] = {
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

amqp_basic_properties_t encode(const MessageProperties& properties, amqp_pool_t& pool) {
    amqp_basic_properties_t to{};
    for (const TextField& field : textFields) {
        if (const auto& value = properties.*field.ours) {
            to._flags |= field.flag;
            to.*field.theirs = wire(*value);
        }
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
        to.headers = encode(*properties.headers, pool);
    }
    return to;
}

MessageProperties decode(const amqp_basic_properties_t& properties) {
    MessageProperties to;
    const auto has = [&properties](amqp_flags_t flag) { return (properties._flags & flag) != 0; };
    for (const TextField& field : textFields) {
        if (has(field.flag))
            to.*field.ours = unwire(properties.*field.theirs);
    }
    if (has(AMQP_BASIC_DELIVERY_MODE_FLAG))
        to.deliveryMode = properties.delivery_mode;
    if (has(AMQP_BASIC_PRIORITY_FLAG))
        to.priority = properties.priority;
    if (has(AMQP_BASIC_TIMESTAMP_FLAG))
        to.timestamp = properties.timestamp;
    if (has(AMQP_BASIC_HEADERS_FLAG))
        to.headers = decode(properties.headers);
    return to;
}

} // namespace signalbox::live
