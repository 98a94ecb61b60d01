// The chosen messages of a run that no receiver is given, the deferred and the scheduled ones, reached by
// their numbers. Looks what each number is when it is opened, so that a run can be taken up again. Blocking,
// for one thread.
#pragma once

#include "app/servicebus/deferredreceiver.h"
#include "app/servicebus/scheduledmessages.h"

namespace signalbox::servicebus {

class NumberedMessages {
public:
    NumberedMessages(NamespaceWire& wire, EntityPath path);

    // Numbers of all that is wanted, active ones too; to be called before each open().
    void expect(std::span<const qint64> numbers) { wanted_ = {numbers.begin(), numbers.end()}; }
    Result<void> open();
    // The last wanted one that is active, and so is received in order; -1: none is.
    qint64 lastActive() const { return lastActive_; }
    Result<std::vector<Delivery>> receive(int max);
    bool holds(std::uint64_t tag) const { return deferred_.holds(tag) || scheduled_.holds(tag); }
    // Completes (or dead-letters) deferred ones and cancels scheduled ones; done when it returns.
    Result<void> settle(std::span<const std::uint64_t> tags, const std::optional<DeadLetterWords>& words);
    Result<void> giveBack(std::span<const std::uint64_t> tags);
    bool wasThere(std::uint64_t tag) const { return scheduled_.wasThere(tag); }
    Result<void> renewDue();
    Result<qint64> countWithheld() { return deferred_.countWithheld(); }
    void close();

private:
    std::vector<std::uint64_t> only(std::span<const std::uint64_t> tags, bool deferred) const;

    NamespaceWire& wire_;
    EntityManagement management_;
    DeferredReceiver deferred_;
    ScheduledMessages scheduled_;
    std::set<qint64> wanted_;
    qint64 lastActive_ = -1;
};

} // namespace signalbox::servicebus
