// One page of a peek: what is asked of $management and what an answer holds. Pure but for the wire's types.
// Source: Azure's "Request/response operations", peek-message.
#pragma once

#include "app/servicebus/requestlink.h"
#include "models/messaging/message.h"

#include <vector>

namespace signalbox::servicebus {

inline constexpr int mostPeeked = 250; // messages of a page; the service gives fewer where they are large

struct Peeked {
    qint64 number = 0; // sequence number
    Message message;
};

// From this sequence number on, at most so many. Without bodies where only the numbers are wanted; of one
// session if it is not null.
Request peekRequest(qint64 from, int most, bool withBodies = true, const QString& session = {});
// The number of its last message, after which the next page begins; nothing: there is none, or it makes no
// sense.
std::optional<qint64> lastNumberOf(const Response& response);
// Empty: there is no more. Corrupt: no messages that make sense, or some before `from`, which would be asked
// for again for ever.
Result<std::vector<Peeked>> peekedMessages(const Response& response, qint64 from, const QString& address);

} // namespace signalbox::servicebus
