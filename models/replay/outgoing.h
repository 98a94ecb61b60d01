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

// A saved copy on its way back to a queue through the default exchange: CC, BCC and another user's user-id
// are left out, because the broker would send further copies or refuse it.
Message restoredMessage(const Message& saved, const QByteArray& connectionUser);

// Differences in properties, headers and body, for people: "removes header x-death", "sets priority to 3".
QStringList changesBetween(const Message& original, const Message& outgoing);

// True for headers that the broker writes anew on every delivery; they are never published.
bool isBrokerHeader(QByteArrayView name);
bool isDeathHeader(QByteArrayView name);

} // namespace signalbox
