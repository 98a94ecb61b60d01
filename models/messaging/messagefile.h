// Export files: one message a line. Blocking.
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"
#include "models/messaging/sendable.h"

#include <QIODevice>
#include <functional>

namespace signalbox {

// Bytes; a longer line is cut and so no valid message. Room for any body a broker takes by default, in
// base64.
constexpr qint64 longestMessageLine = 512LL << 20;

// The next line with its end, at most longestMessageLine bytes. QIODevice::readLine(most) takes memory for
// `most` bytes at every call, and readLine() has no bound.
QByteArray readMessageLine(QIODevice& device);

// The message of one line, if it can be sent: Corrupt or Invalid with what is wrong with it, without the
// number. A cut body is told by Message::bodyComplete.
Result<Message> messageOfLine(const QByteArray& line, Carrier carrier);

// Gives each message of the file to `use`. Ends at the first line that cannot be sent (Corrupt, Invalid; the
// line is named) and at the first failure of `goOn`, which is asked before each line, or of `use`.
Result<void> eachMessage(QIODevice& file, Carrier carrier, const std::function<Result<void>()>& goOn,
                         const std::function<Result<void>(Message&&)>& use);

} // namespace signalbox
