// What a message has by AMQP 1.0 and not by 0-9-1, kept as one typed table in MessageProperties::amqp10 so
// that it is stored, exported and shown like headers. Its entries, each only where the message has it:
//   message-id, correlation-id  where they are no strings (ulong, uuid, binary); the properties hold them as
//   text to, group-id, group-sequence, reply-to-group-id, absolute-expiry-time, creation-time   of the
//   properties section first-acquirer, delivery-count of the header section annotations, footer tables; on
//   the wire their keys are symbols body-kind                   "value" or "sequence"; none: data.
//   Message::body is then the values' AMQP encoding
// Source: OASIS AMQP 1.0, part 3 (messaging). Subject is MessageProperties::type, ttl is expiration.
#pragma once

#include "models/messaging/message.h"

#include <QDateTime>
#include <QString>

namespace signalbox::amqp10 {

inline constexpr const char* messageId = "message-id";
inline constexpr const char* correlationId = "correlation-id";
inline constexpr const char* to = "to";
inline constexpr const char* groupId = "group-id";
inline constexpr const char* groupSequence = "group-sequence";
inline constexpr const char* replyToGroupId = "reply-to-group-id";
inline constexpr const char* absoluteExpiry = "absolute-expiry-time";
inline constexpr const char* creationTime = "creation-time";
inline constexpr const char* firstAcquirer = "first-acquirer";
inline constexpr const char* deliveryCount = "delivery-count";
inline constexpr const char* annotations = "annotations";
inline constexpr const char* footer = "footer";
inline constexpr const char* bodyKind = "body-kind";

enum class BodyKind { Data, Value, Sequence };
BodyKind bodyKindOf(const Message& message);

// Null: the message does not have it (or did not come by AMQP 1.0).
const HeaderValue* find(const Message& message, QByteArrayView name);
const HeaderValue* annotation(const Message& message, QByteArrayView name);
// Text of it; empty: there is none.
QString text(const HeaderValue* value);
// x-opt-message-state of Service Bus: a message that is deferred or scheduled is given to no receiver.
enum class State { Active, Deferred, Scheduled };
State stateOf(const Message& message);
// UTC; invalid: there is none, or it is no time.
QDateTime time(const HeaderValue* value);

} // namespace signalbox::amqp10
