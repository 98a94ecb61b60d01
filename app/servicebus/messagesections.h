// An encoded AMQP 1.0 message, section by section, between the wire and Message. Proton's own message type
// would flatten bodies and lose types. Pure; the input is taken for hostile. Source: OASIS AMQP 1.0, part 3.2
// (message format).
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"

namespace signalbox::servicebus {

// Exchange and routing key stay empty. Corrupt: bytes that are no message; the summary names the byte.
Result<Message> decodeMessage(QByteArrayView bytes);

// Empties what an incoming message was gathered in and keeps its room, unless that is large.
inline void forgetBytes(QByteArray& bytes) {
    constexpr qsizetype most = 4 << 20;
    if (bytes.capacity() > most)
        bytes = {};
    else
        bytes.resize(0);
}

// Header, annotations, properties, application properties, body, footer. Delivery count and first acquirer
// are the broker's and not written.
QByteArray encodeMessage(const Message& message);

} // namespace signalbox::servicebus
