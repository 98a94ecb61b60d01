// The body of a message as its sender wrote it: content encodings gzip, deflate and br undone, up to a limit.
// Pure, thread-safe; treats the bytes as hostile.
#pragma once

#include "models/messaging/message.h"

namespace signalbox {

struct PlainBody {
    QByteArray bytes;  // shared with the message where nothing had to be undone
    bool whole = true; // false: cut at the limit, cut by the broker, or the encoding is broken
};
PlainBody plainBody(const Message& message, qsizetype limit);

// Valid UTF-8 without NUL in its first 4 KiB.
bool looksLikeText(QByteArrayView bytes);

} // namespace signalbox
