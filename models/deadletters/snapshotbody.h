// The body of a message as its sender wrote it: what others have put around it is undone, up to a limit:
// content encodings gzip, deflate and br, gzip that no header tells of, AMQP 1.0 values that are texts or
// bytes, and the frame of .NET's older Service Bus library. Pure, thread-safe; treats the bytes as hostile.
#pragma once

#include "models/messaging/message.h"

namespace signalbox {

enum class BodyWrap {
    None,
    Packed,         // as its content encoding says
    UndeclaredGzip, // it begins like gzip and unpacks, but says nothing of it
    AmqpString,     // an AMQP 1.0 value: text, or a symbol
    AmqpBytes,      // an AMQP 1.0 value: binary
    AmqpValues,     // any other AMQP 1.0 value, or a sequence: `bytes` is a text of them
    LegacyFrame,    // see legacyframe.h
};

struct PlainBody {
    QByteArray bytes;  // shared with the message where nothing had to be undone
    bool whole = true; // false: cut at the limit, cut by the broker, or the encoding is broken
    BodyWrap wrap = BodyWrap::None;
};
PlainBody plainBody(const Message& message, qsizetype limit);

// Valid UTF-8 without NUL in its first 4 KiB.
bool looksLikeText(QByteArrayView bytes);

} // namespace signalbox
