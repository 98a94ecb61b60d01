// Values in the encoding of AMQP 1.0, as a message body that is a value or a sequence is kept. Pure; the
// bytes are taken for hostile: depth and number of values are bounded. Source: OASIS AMQP 1.0, part 1
// (types).
#pragma once

#include "models/messaging/message.h"

#include <optional>
#include <vector>

namespace signalbox {

// The value that `bytes` begin with; they are shortened by it. Nothing: they are damaged, or too deep.
std::optional<HeaderValue> readAmqpValue(QByteArrayView& bytes);
// A value's bytes without a look into them, however deep it is.
struct AmqpSpan {
    std::uint8_t code = 0;  // of the constructor; of a described value: of what is described
    QByteArrayView content; // what follows it, without its length
};
// The value that `bytes` begin with; they are shortened by it. Nothing: they are damaged.
std::optional<AmqpSpan> skipAmqpValue(QByteArrayView& bytes);
// What the list, or the map (key, value, key ...), that `bytes` begin with consists of. Nothing: they are
// something else, or damaged.
std::optional<std::vector<QByteArrayView>> amqpItems(QByteArrayView bytes);
// The value under a key that is a string or a symbol; empty: there is none, or no map.
QByteArrayView amqpEntry(QByteArrayView map, QByteArrayView key);
// A string as a value; what an edited body of that kind is sent as.
QByteArray amqpString(const QByteArray& utf8);

namespace amqp10 {

// What the body consists of where it is a value (one) or a sequence (one list each). Nothing: it is data, or
// damaged.
std::optional<std::vector<HeaderValue>> bodyValues(const Message& message);

} // namespace amqp10
} // namespace signalbox
