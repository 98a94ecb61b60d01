// How a message changes on its way out: destination, headers, properties, and those changes in words. Pure.
#pragma once

#include "models/replay/replayplan.h"

namespace signalbox {

struct OutgoingRoute {
    QByteArray exchange;
    QByteArray routingKey;
    std::vector<QByteArray> furtherKeys; // published as CC
    bool keepCarbon = false;             // CC stays as the message has it
    bool known = true;                   // false: the message does not tell where it came from
};

// Where the options send this message. `message` is the original.
OutgoingRoute outgoingRoute(const Message& message, const DeathFacts& facts, const ReplayOptions& options);

// The same for a message that came by AMQP 1.0: the exchange is empty and the routing key the address of a
// queue or topic.
OutgoingRoute outgoingBusRoute(const Message& message, const ReplayOptions& options);
// The entity that it is sent back to, before a subscription's path becomes its topic's: "orders",
// "events/Subscriptions/audit".
QString busTarget(const Message& message, const ReplayOptions& options);
// Options applied to what only Service Bus has: what the service had set goes, the rest stays as it was.
void applyBusOptions(Message& out, const Message& original, const ReplayOptions& options,
                     const QString& runId);

// A saved copy on its way back to a queue through the default exchange: CC, BCC and another user's user-id
// are left out, because the broker would send further copies or refuse it. Service Bus: enqueued at the time
// that the options name; invalid: a scheduled one at its own time, any other one at once. A new message id,
// where they want one, is made of `item`, which has to be another for each message.
Message restoredMessage(const Message& saved, const QByteArray& connectionUser,
                        const ReplayOptions& options = {}, const QString& item = {});

// Differences in properties, headers and body, for people: "removes header x-death", "sets priority to 3".
// `messageId` Strip: a new id is told without its text, which is made when the plan is accepted.
QStringList changesBetween(const Message& original, const Message& outgoing,
                           KeepOrStrip messageId = KeepOrStrip::Keep);

// True for headers that the broker writes anew on every delivery; they are never published.
bool isBrokerHeader(QByteArrayView name);
bool isDeathHeader(QByteArrayView name);
// The same of Service Bus, among MessageProperties::amqp10 and its annotations; lifetimes are counted anew.
bool isBusHeader(QByteArrayView name);
inline constexpr const char* scheduledTime = "x-opt-scheduled-enqueue-time";

} // namespace signalbox
