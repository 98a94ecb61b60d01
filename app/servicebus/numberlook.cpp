#include "app/servicebus/numberlook.h"

#include "app/servicebus/peekpage.h"

namespace signalbox::servicebus {

Result<std::map<qint64, amqp10::State>> statesOf(EntityManagement& management,
                                                 const std::set<qint64>& numbers) {
    std::map<qint64, amqp10::State> states;
    const QString address = management.path().address();
    for (auto next = numbers.begin(); next != numbers.end();) {
        auto answer = management.demand(peekRequest(*next, mostPeeked, false),
                                        QStringLiteral("look into %1").arg(address));
        if (!answer)
            return failure(std::move(answer.error()));
        const auto messages = peekedMessages(*answer, *next, address);
        if (!messages)
            return failure(messages.error());
        if (messages->empty())
            break;
        for (const Peeked& peeked : *messages) {
            if (numbers.contains(peeked.number))
                states.emplace(peeked.number, amqp10::stateOf(peeked.message));
        }
        next = numbers.upper_bound(messages->back().number); // what lies in between is not asked for
    }
    return states;
}

} // namespace signalbox::servicebus
