// Deferred messages of a queue, a subscription or a dead-letter sub-queue, taken by their numbers under
// locks: nobody else's message is touched for it. Blocking, for one thread.
// Source: Azure's "Request/response operations" (receive-by-sequence-number, renew-lock, update-disposition).
#pragma once

#include "app/servicebus/entitymanagement.h"
#include "models/messaging/messagesource.h"

#include <chrono>
#include <deque>
#include <set>
#include <unordered_map>

namespace signalbox::servicebus {

struct LockedMessage {
    qint64 number = 0;
    QByteArray token; // as $management wants it
    Message message;
};
// What an answer to receive-by-sequence-number holds. Corrupt: no messages that make sense, or others than
// those asked for. Pure.
Result<std::vector<LockedMessage>> lockedMessages(const Response& response, std::span<const qint64> asked,
                                                  const QString& address);

class DeferredReceiver {
public:
    explicit DeferredReceiver(EntityManagement& management)
        : management_(management) {}

    // From the beginning: nothing is held.
    void expect(std::span<const qint64> numbers);
    // At most `max` of them, each under a lock; empty: those that are left cannot be had now.
    Result<std::vector<Delivery>> receive(int max);
    bool isWaiting() const { return !withheld_.empty(); } // some could not be had
    bool holds(std::uint64_t tag) const { return held_.contains(tag); }
    // Each returns when the service has done it. Lost: a lock had expired, or nobody knows.
    Result<void> complete(std::span<const std::uint64_t> tags);
    Result<void> deadLetter(std::span<const std::uint64_t> tags, const DeadLetterWords& words);
    Result<void> deferAgain(std::span<const std::uint64_t> tags);
    // To be called at least every two seconds while anything is held.
    Result<void> renewDue();
    // How many that could not be had lie there still, locked by somebody else; they are tried again.
    Result<qint64> countWithheld();
    // Gives back what is held, as deferred as it was.
    void close();

private:
    using Time = std::chrono::steady_clock::time_point;
    Result<std::vector<Delivery>> take(const Response& answer, std::span<const qint64> asked);
    Result<void> dispose(std::span<const std::uint64_t> tags, QByteArrayView status,
                         const HeaderTable& more = {});
    Result<void> renew(std::span<const std::uint64_t> tags);
    std::vector<QByteArray> tokensOf(std::span<const std::uint64_t> tags) const;

    EntityManagement& management_;
    std::deque<qint64> pending_;
    std::set<qint64> withheld_;                          // gone, or locked by somebody else
    std::unordered_map<std::uint64_t, QByteArray> held_; // tag -> lock token
    std::deque<std::pair<Time, std::uint64_t>> renewals_;
    std::size_t atOnce_ = 1;
    std::uint64_t lastTag_ = std::uint64_t{1} << 62; // apart from those of other receivers
    Time nextCount_{};
    qint64 counted_ = 0;
};

} // namespace signalbox::servicebus
