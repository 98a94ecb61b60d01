// Port: reads one queue and settles what it read. Blocking; made on any thread, then used by one worker
// thread only, except interrupt(). Closing (or destroying) it gives back everything that is still held.
#pragma once

#include "models/base/result.h"
#include "models/messaging/entityref.h"
#include "models/messaging/message.h"

#include <QDateTime>
#include <optional>
#include <span>
#include <vector>

namespace signalbox {

struct Delivery {
    std::uint64_t tag = 0;    // valid until settled, given back, or the source is reopened
    qint64 streamOffset = -1; // streams only
    Message message;
};

struct StreamStart {
    enum class Kind { First, Last, Next, Offset, Timestamp };
    Kind kind = Kind::First;
    qint64 offset = 0;
    QDateTime timestamp;
};

// What a message is dead-lettered with by hand; at most 4096 letters each, either may be empty.
struct DeadLetterWords {
    QString reason;
    QString description;
    bool operator==(const DeadLetterWords&) const = default;
};

// Of one session, what is wanted of it.
struct SessionSpan {
    QString id;
    qint64 upTo = -1; // position of the last wanted one, see Delivery::streamOffset; -1: all there is
    bool operator==(const SessionSpan&) const = default;
};

struct SourceOptions {
    EntityRef queue;
    int window = 1000; // most messages held at once before receive() waits for settle/giveBack; 0 = no bound
    StreamStart streamStart;       // streams only
    bool countsDeliveries = false; // the queue has a limit of deliveries
    bool takes = false; // to remove what it receives; else it only looks, where looking is possible
    // Service Bus: settle() moves messages to the dead-letter sub-queue with these words.
    std::optional<DeadLetterWords> deadLetters{};
};

class MessageSource {
public:
    virtual ~MessageSource() = default;
    // Connects and starts reading from the head. After an Error of kind Lost, open() may be called again:
    // all old tags are void and the broker gives the held messages again.
    virtual Result<void> open() = 0;
    // Up to `max` messages in queue order; an empty vector means that nothing came within `waitMs`.
    virtual Result<std::vector<Delivery>> receive(int max, int waitMs) = 0;
    // Removes these messages from the queue (streams: only returns credit).
    virtual Result<void> settle(std::span<const std::uint64_t> tags) = 0;
    // Puts these messages back where they were, as far as the broker can.
    virtual Result<void> giveBack(std::span<const std::uint64_t> tags) = 0;
    // Returns once the broker has carried out every settle() and giveBack() before it.
    virtual Result<void> sync() = 0;
    // Messages the broker says are ready in the queue now.
    virtual Result<qint64> ready() = 0;
    // Nothing behind this position (as deliveries of numbered messages tell it, Delivery::streamOffset) is
    // wanted: where messages come in order, it need not be taken, and ready() does not count it.
    virtual void expectUpTo(qint64) {}
    // Before open(): the positions of all that is wanted. What the queue gives to no receiver (deferred and
    // scheduled messages of Service Bus) is then reached by its number. Only told where a plan found such.
    virtual void expectOnly(std::span<const qint64>) {}
    // False: it was settled, but had left the queue before, so nothing was removed (a scheduled message whose
    // time had come).
    virtual bool wasThere(std::uint64_t) const { return true; }
    // The same where messages belong to sessions, which are taken each by itself: told before open(), those
    // that are wanted. Never told: every session. Within one its messages come in order.
    virtual void expectSessions(const std::vector<SessionSpan>&) {}
    // Held, and nobody will settle these: given back when it suits the source, at the latest by close().
    virtual void leave(std::span<const std::uint64_t>) {}
    // What keeps wanted messages from coming, a sentence for people; empty: nothing that is known.
    virtual QString heldBack() const { return {}; }
    // False: ready() has to look through the whole queue, and counts what other receivers have locked.
    virtual bool countsCheaply() const { return true; }
    // True once the broker has told, at open(), that the queue is a stream.
    virtual bool isStream() const { return false; }
    // True: reading takes and holds nothing, and an empty receive() means that there is no more.
    virtual bool peeks() const { return false; }
    // Consumers of the queue besides this one, a broken connection's included until the broker has noticed
    // it. 0 where the broker does not tell.
    virtual Result<int> otherConsumers() { return 0; }
    virtual void close() = 0;
    // From any thread: a blocked call returns Cancelled soon.
    virtual void interrupt() = 0;
};

} // namespace signalbox
