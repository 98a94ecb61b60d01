// One message as the broker gave it, byte-exact. Strings are raw wire bytes (usually UTF-8).
#pragma once

#include "models/messaging/headervalue.h"

#include <optional>

namespace signalbox {

struct MessageProperties {
    std::optional<QByteArray> contentType;
    std::optional<QByteArray> contentEncoding;
    std::optional<std::uint8_t> deliveryMode; // 2 = persistent
    std::optional<std::uint8_t> priority;
    std::optional<QByteArray> correlationId;
    std::optional<QByteArray> replyTo;
    std::optional<QByteArray> expiration; // decimal text, milliseconds
    std::optional<QByteArray> messageId;
    std::optional<std::uint64_t> timestamp; // seconds since 1970 UTC
    std::optional<QByteArray> type;
    std::optional<QByteArray> userId;
    std::optional<QByteArray> appId;
    std::optional<QByteArray> clusterId;
    std::optional<HeaderTable> headers; // no table and an empty table differ on the wire
    std::optional<HeaderTable> amqp10;  // what only AMQP 1.0 has: see amqp10.h; none: it came by 0-9-1
    bool operator==(const MessageProperties&) const = default;
};

struct Message {
    QByteArray exchange; // as delivered; empty = default exchange
    QByteArray routingKey;
    bool redelivered = false;
    MessageProperties properties;
    QByteArray body;
    bool bodyComplete = true; // false: cut by a limit or not kept; never replayed
    qint64 bodySize = 0;      // bytes of the whole body, also when cut
    bool operator==(const Message&) const = default;

    const HeaderValue* header(QByteArrayView name) const {
        return properties.headers ? findHeader(*properties.headers, name) : nullptr;
    }
};

} // namespace signalbox
