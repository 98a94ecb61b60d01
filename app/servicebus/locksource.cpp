#include "app/servicebus/locksource.h"

#include <algorithm>

namespace signalbox::servicebus {

LockSource::LockSource(NamespaceAccess access, const SourceOptions& options)
    : ownWire_(std::make_unique<NamespaceWire>(std::move(access), QStringLiteral("take")))
    , ownReceiver_(std::make_unique<EntityReceiver>(*ownWire_, entityPath(options.queue.name), false))
    , wire_(*ownWire_)
    , receiver_(*ownReceiver_)
    , path_(entityPath(options.queue.name))
    , window_(options.window)
    , deadLetters_(options.deadLetters) {
    if (deadLetters_)
        receiver_.deadLetterWith(*deadLetters_);
}

LockSource::LockSource(std::shared_ptr<MovePair> pair, const SourceOptions& options)
    : pair_(std::move(pair))
    , wire_(pair_->wire)
    , receiver_(pair_->receiver)
    , path_(entityPath(options.queue.name))
    , window_(options.window)
    , deadLetters_(options.deadLetters) {}

LockSource::~LockSource() {
    close();
}

void LockSource::expectOnly(std::span<const qint64> numbers) {
    if (!numbered_)
        numbered_ = std::make_unique<NumberedMessages>(wire_, path_);
    numbered_->expect(numbers);
}

Result<void> LockSource::open() {
    if (pair_)
        pair_->isTaking = true;
    return numbered_ ? openNumbered() : receiver_.open();
}

// Where nothing active is wanted, no receiver is opened, and nobody's message is locked.
Result<void> LockSource::openNumbered() {
    receiver_.close();
    if (auto looked = numbered_->open(); !looked)
        return looked;
    isReceiving_ = numbered_->lastActive() >= 0;
    if (!isReceiving_)
        return {};
    receiver_.expectUpTo(numbered_->lastActive());
    return receiver_.open();
}

Result<std::vector<Delivery>> LockSource::receive(int max, int waitMs) {
    if (numbered_) {
        auto some = numbered_->receive(max);
        if (!some || !some->empty())
            return some;
        if (!isReceiving_) {
            if (auto waited = wire_.connection().waitUntil([] { return false; }, waitMs); !waited)
                return failure(std::move(waited.error()));
            return std::vector<Delivery>();
        }
    }
    const int room = window_ == 0 ? max : std::max(0, window_ - static_cast<int>(receiver_.holds()));
    return receiver_.receive(std::min(max, room), waitMs);
}

// What has a number goes that way, the rest to the receiver.
Result<void> LockSource::onEach(std::span<const std::uint64_t> tags,
                                const std::function<Result<void>(std::span<const std::uint64_t>)>& byNumber,
                                const std::function<void(std::span<const std::uint64_t>)>& inOrder) {
    if (!numbered_) {
        inOrder(tags);
        return receiver_.renewDue();
    }
    std::vector<std::uint64_t> numbered;
    std::vector<std::uint64_t> others;
    for (const std::uint64_t tag : tags)
        (numbered_->holds(tag) ? numbered : others).push_back(tag);
    if (isReceiving_ && !others.empty())
        inOrder(others);
    if (auto done = byNumber(numbered); !done)
        return done;
    if (auto renewed = numbered_->renewDue(); !renewed)
        return renewed;
    return isReceiving_ ? receiver_.renewDue() : Result<void>();
}

Result<void> LockSource::settle(std::span<const std::uint64_t> tags) {
    return onEach(
        tags, [this](std::span<const std::uint64_t> some) { return numbered_->settle(some, deadLetters_); },
        [this](std::span<const std::uint64_t> some) { receiver_.complete(some); });
}

Result<void> LockSource::giveBack(std::span<const std::uint64_t> tags) {
    return onEach(
        tags, [this](std::span<const std::uint64_t> some) { return numbered_->giveBack(some); },
        [this](std::span<const std::uint64_t> some) { receiver_.abandon(some); });
}

Result<void> LockSource::sync() {
    if (numbered_) {
        if (auto renewed = numbered_->renewDue(); !renewed)
            return renewed;
    }
    return isReceiving_ ? receiver_.await() : Result<void>();
}

Result<qint64> LockSource::ready() {
    qint64 count = 0;
    if (numbered_) {
        auto withheld = numbered_->countWithheld();
        if (!withheld)
            return withheld;
        count = *withheld;
    }
    if (!isReceiving_)
        return count;
    auto others = receiver_.countOthers();
    return others ? Result<qint64>(*others + count) : others;
}

void LockSource::close() {
    if (numbered_)
        numbered_->close();
    receiver_.close();
    if (!pair_) {
        wire_.close();
        return;
    }
    pair_->isTaking = false;
    pair_->closed();
}

} // namespace signalbox::servicebus
