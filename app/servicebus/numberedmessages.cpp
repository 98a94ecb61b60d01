#include "app/servicebus/numberedmessages.h"

#include "app/servicebus/numberlook.h"

namespace signalbox::servicebus {

NumberedMessages::NumberedMessages(NamespaceWire& wire, EntityPath path)
    : wire_(wire)
    , management_(wire, std::move(path))
    , deferred_(management_)
    , scheduled_(management_) {}

Result<void> NumberedMessages::open() {
    close();
    lastActive_ = -1;
    if (auto up = wire_.open(); !up)
        return up;
    const auto states = statesOf(management_, wanted_);
    if (!states)
        return failure(states.error());
    std::vector<qint64> deferred;
    std::vector<qint64> scheduled;
    for (const auto& [number, state] : *states) {
        if (state == amqp10::State::Deferred)
            deferred.push_back(number);
        else if (state == amqp10::State::Scheduled)
            scheduled.push_back(number);
        else
            lastActive_ = number;
    }
    deferred_.expect(deferred);
    scheduled_.expect(scheduled);
    return {};
}

Result<std::vector<Delivery>> NumberedMessages::receive(int max) {
    if (auto renewed = renewDue(); !renewed)
        return failure(std::move(renewed.error()));
    auto some = deferred_.receive(max);
    if (!some || !some->empty())
        return some;
    return scheduled_.receive(max);
}

std::vector<std::uint64_t> NumberedMessages::only(std::span<const std::uint64_t> tags, bool deferred) const {
    std::vector<std::uint64_t> some;
    for (const std::uint64_t tag : tags) {
        if (deferred ? deferred_.holds(tag) : scheduled_.holds(tag))
            some.push_back(tag);
    }
    return some;
}

Result<void> NumberedMessages::settle(std::span<const std::uint64_t> tags,
                                      const std::optional<DeadLetterWords>& words) {
    const auto deferred = only(tags, true);
    auto done = words ? deferred_.deadLetter(deferred, *words) : deferred_.complete(deferred);
    return done ? scheduled_.cancel(only(tags, false)) : done;
}

Result<void> NumberedMessages::giveBack(std::span<const std::uint64_t> tags) {
    scheduled_.giveBack(only(tags, false));
    return deferred_.deferAgain(only(tags, true));
}

Result<void> NumberedMessages::renewDue() {
    if (!wire_.isUp())
        return failure(ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."));
    if (auto claims = wire_.claims().renewDue(); !claims)
        return claims;
    return deferred_.renewDue();
}

void NumberedMessages::close() {
    if (wire_.isUp())
        deferred_.close();
    deferred_.expect({});
    scheduled_.expect({});
    management_.close();
}

} // namespace signalbox::servicebus
