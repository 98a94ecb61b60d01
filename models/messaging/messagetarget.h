// Port: publishes persistent, mandatory messages with confirms. Blocking; made on any thread, then used by
// one worker thread only, except interrupt().
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"

#include <span>
#include <vector>

namespace signalbox {

struct Outgoing {
    qint64 item = 0; // the caller's number; comes back in the outcome
    QByteArray exchange;
    QByteArray routingKey;
    const Message* message = nullptr; // properties and body as they go out; alive during publish()
    std::uint64_t originalTag = 0;    // of the original at the source, where one moves; 0: none is held
};

struct PublishOutcome {
    enum class Kind {
        Confirmed, // the broker took responsibility and routed it to at least one queue
        Returned,  // no queue took it (basic.return)
        Refused,   // basic.nack, or the channel was closed because of it (404, 406): not sent
        NotSent,   // surely not sent and nothing wrong with it: the link ended before (a right is missing)
        Unknown,   // the broker's answer does not tell whether it took the message
        // Of a mover (see BrokerGateway::makeMover):
        Moved,    // taken, and the original removed with it
        NotMoved, // neither, and nothing wrong with it; the original is back in its queue
    };
    qint64 item = 0;
    Kind kind = Kind::Confirmed;
    QString reason;          // the broker's words
    bool noExchange = false; // Refused because the exchange is missing: so would be all others to it
    bool operator==(const PublishOutcome&) const = default;
};

class MessageTarget {
public:
    virtual ~MessageTarget() = default;
    virtual Result<void> open() = 0; // again after Lost: whatever had no outcome stays unknown (in doubt)
    // Hands messages to the socket; does not wait for confirms. Kind Blocked: the broker has an alarm;
    // nothing of this call was sent. Kind Lost: any of them may have been sent, except those that outcomes()
    // then tells to be NotSent.
    virtual Result<void> publish(std::span<const Outgoing> messages) = 0;
    // What became known since the last call; waits up to `waitMs` for the first.
    virtual Result<std::vector<PublishOutcome>> outcomes(int waitMs) = 0;
    virtual bool blocked() const = 0; // connection.blocked was received
    virtual QString blockedReason() const = 0;
    virtual QByteArray user() const = 0; // the connection's user: a message's user-id must equal it
    virtual void close() = 0;
    virtual void interrupt() = 0;
};

} // namespace signalbox
