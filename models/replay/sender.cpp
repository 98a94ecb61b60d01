#include "models/replay/sender.h"

#include <algorithm>

namespace signalbox {

void Sender::takeDown(const Error& error) {
    isCautious_ = true;
    // Answers that had come in before the break still count: each is one message less in doubt.
    if (link_.isUp()) {
        if (auto known = target_->outcomes(0))
            lastWords_.insert(lastWords_.end(), known->begin(), known->end());
        if (error.kind != ErrorKind::Lost)
            target_->close();
    }
    if (!link_.failed(error, std::chrono::steady_clock::now()))
        fatal_ = error;
}

void Sender::open() {
    if (!exists())
        return;
    exchanges_.clear();
    if (auto opened = target_->open(); !opened)
        takeDown(opened.error());
    else
        link_.opened();
}

Sender::Sent Sender::publish(std::span<const Outgoing> messages) {
    auto done = target_->publish(messages);
    if (!done && done.error().kind == ErrorKind::Blocked)
        return Sent::Blocked;
    for (const Outgoing& message : messages)
        exchanges_.try_emplace(message.exchange, false);
    if (done)
        return Sent::Yes;
    takeDown(done.error());
    return Sent::Lost;
}

std::vector<PublishOutcome> Sender::outcomes(int waitMs) {
    std::vector<PublishOutcome> all = std::move(lastWords_);
    lastWords_.clear();
    if (!all.empty() || !exists() || !link_.isUp())
        return all;
    auto known = target_->outcomes(waitMs);
    if (known) {
        const bool tells = std::any_of(known->begin(), known->end(), [](const PublishOutcome& outcome) {
            return outcome.kind != PublishOutcome::Kind::NotSent &&
                   outcome.kind != PublishOutcome::Kind::NotMoved && !outcome.noExchange;
        });
        if (tells) {
            isCautious_ = false;
            link_.worked();
        }
        return std::move(*known);
    }
    takeDown(known.error());
    return std::exchange(lastWords_, {});
}

void Sender::close() {
    if (!exists())
        return;
    target_->close();
    if (link_.isUp())
        link_.closedOnPurpose(std::chrono::steady_clock::now());
}

} // namespace signalbox
