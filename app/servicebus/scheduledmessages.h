// Scheduled messages of a queue or topic, met by peeking at their numbers and cancelled by them. They cannot
// be locked: one whose time comes in between is not there any more, and that is told. Blocking, for one
// thread. Source: Azure's "Request/response operations" (cancel-scheduled-message).
#pragma once

#include "app/servicebus/entitymanagement.h"
#include "models/messaging/messagesource.h"

#include <deque>
#include <set>
#include <unordered_map>

namespace signalbox::servicebus {

class ScheduledMessages {
public:
    explicit ScheduledMessages(EntityManagement& management)
        : management_(management) {}

    // From the beginning; ascending.
    void expect(std::span<const qint64> numbers);
    // At most `max`; empty: there are no more.
    Result<std::vector<Delivery>> receive(int max);
    bool holds(std::uint64_t tag) const { return met_.contains(tag); }
    // One after the other, so that the answer to each is known.
    Result<void> cancel(std::span<const std::uint64_t> tags);
    void giveBack(std::span<const std::uint64_t> tags); // forgets them
    bool wasThere(std::uint64_t tag) const { return !gone_.contains(tag); }

private:
    EntityManagement& management_;
    std::deque<qint64> pending_;
    std::unordered_map<std::uint64_t, qint64> met_; // tag -> number
    std::set<std::uint64_t> gone_;
    std::uint64_t lastTag_ = std::uint64_t{1} << 63; // apart from those of other receivers
};

} // namespace signalbox::servicebus
