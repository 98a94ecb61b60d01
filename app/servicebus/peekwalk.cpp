#include "app/servicebus/peekwalk.h"

namespace signalbox::servicebus {

Result<void> eachPeeked(EntityManagement& management, const PeekWalk& walk,
                        const std::function<bool(const Peeked&)>& use) {
    qint64 next = 0;
    for (;;) {
        auto answer = management.demand(peekRequest(next, mostPeeked, false, walk.session), walk.doing);
        if (!answer)
            return failure(std::move(answer.error()));
        if (auto renewed = walk.renew(); !renewed)
            return renewed;
        const auto messages = peekedMessages(*answer, next, management.path().address());
        if (!messages)
            return failure(messages.error());
        if (messages->empty())
            return {};
        for (const Peeked& peeked : *messages) {
            if (!use(peeked))
                return {};
            next = peeked.number + 1;
        }
    }
}

} // namespace signalbox::servicebus
