#include "app/servicebus/scheduledmessages.h"

#include "app/servicebus/peekpage.h"
#include "models/messaging/amqp10.h"

#include <algorithm>

namespace signalbox::servicebus {

void ScheduledMessages::expect(std::span<const qint64> numbers) {
    pending_.assign(numbers.begin(), numbers.end());
    met_.clear();
    gone_.clear();
}

Result<std::vector<Delivery>> ScheduledMessages::receive(int max) {
    const QString address = management_.path().address();
    std::vector<Delivery> deliveries;
    while (deliveries.empty() && !pending_.empty() && max > 0) {
        const qint64 first = pending_.front();
        int count = 1; // what follows without a gap comes in the same answer
        while (count < max && static_cast<std::size_t>(count) < pending_.size() &&
               pending_[static_cast<std::size_t>(count)] == first + count)
            ++count;
        auto answer = management_.demand(peekRequest(first, count), QStringLiteral("read %1").arg(address));
        if (!answer)
            return failure(std::move(answer.error()));
        auto messages = peekedMessages(*answer, first, address);
        if (!messages)
            return failure(std::move(messages.error()));
        if (messages->empty()) {
            pending_.clear();
            break;
        }
        const qint64 last = messages->back().number;
        for (Peeked& peeked : *messages) {
            if (amqp10::stateOf(peeked.message) != amqp10::State::Scheduled ||
                !std::binary_search(pending_.begin(), pending_.end(), peeked.number))
                continue;
            peeked.message.routingKey = management_.path().entity.toUtf8();
            met_.emplace(++lastTag_, peeked.number);
            deliveries.push_back({lastTag_, peeked.number, std::move(peeked.message)});
        }
        while (!pending_.empty() && pending_.front() <= last)
            pending_.pop_front();
    }
    return deliveries;
}

Result<void> ScheduledMessages::cancel(std::span<const std::uint64_t> tags) {
    for (const std::uint64_t tag : tags) {
        const auto found = met_.find(tag);
        if (found == met_.end())
            continue;
        const qint64 number = found->second;
        const auto answer = management_.ask(managementRequest(
            "cancel-scheduled-message", {{"sequence-numbers", numberArray(std::span(&number, 1))}}));
        if (!answer)
            return failure(answer.error());
        const bool isGone = answer->condition == "com.microsoft:message-not-found" ||
                            (answer->status == 404 && answer->condition.isEmpty());
        if (!answer->isSuccess() && !isGone)
            return failure(statusError(
                *answer,
                QStringLiteral("cancel a scheduled message of %1").arg(management_.path().address())));
        if (isGone)
            gone_.insert(tag);
        met_.erase(tag);
    }
    return {};
}

void ScheduledMessages::giveBack(std::span<const std::uint64_t> tags) {
    for (const std::uint64_t tag : tags)
        met_.erase(tag);
}

} // namespace signalbox::servicebus
