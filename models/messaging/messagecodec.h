// Byte-exact forms of a message at rest: a compact binary form for snapshot and journal, and one JSON object
// per message (JSON Lines) for export. Decoders treat their input as hostile: located errors, no crash,
// nesting limit 128.
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"

namespace signalbox {

// Properties and headers only, versioned; body, exchange and routing key are stored beside it.
QByteArray encodeProperties(const MessageProperties& properties);
// The same without the volatile headers (see fingerprint.h).
QByteArray encodeStableProperties(const MessageProperties& properties);
Result<MessageProperties> decodeProperties(QByteArrayView bytes);

// One line without line feed. Schema in docs/formats.md: every property, typed headers, body as UTF-8 text
// or base64, so that importing gives the same bytes and types again.
QByteArray toJsonLine(const Message& message);
Result<Message> fromJsonLine(QByteArrayView line);

// Typed headers alone as JSON text and back, as the header editor shows them.
QByteArray headersToJson(const HeaderTable& headers);
Result<HeaderTable> headersFromJson(QByteArrayView json);

} // namespace signalbox
