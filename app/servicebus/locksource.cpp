#include "app/servicebus/locksource.h"

#include <algorithm>

namespace signalbox::servicebus {

LockSource::LockSource(NamespaceAccess access, const SourceOptions& options)
    : ownWire_(std::make_unique<NamespaceWire>(std::move(access), QStringLiteral("take")))
    , ownReceiver_(std::make_unique<LockReceiver>(*ownWire_, entityPath(options.queue.name), false))
    , wire_(*ownWire_)
    , receiver_(*ownReceiver_)
    , window_(options.window) {}

LockSource::LockSource(std::shared_ptr<MovePair> pair, const SourceOptions& options)
    : pair_(std::move(pair))
    , wire_(pair_->wire)
    , receiver_(pair_->receiver)
    , window_(options.window) {}

LockSource::~LockSource() {
    close();
}

Result<void> LockSource::open() {
    if (pair_)
        pair_->isTaking = true;
    return receiver_.open();
}

Result<std::vector<Delivery>> LockSource::receive(int max, int waitMs) {
    const int room = window_ == 0 ? max : std::max(0, window_ - static_cast<int>(receiver_.holds()));
    return receiver_.receive(std::min(max, room), waitMs);
}

Result<void> LockSource::settle(std::span<const std::uint64_t> tags) {
    receiver_.complete(tags);
    return receiver_.renewDue();
}

Result<void> LockSource::giveBack(std::span<const std::uint64_t> tags) {
    receiver_.abandon(tags);
    return receiver_.renewDue();
}

void LockSource::close() {
    receiver_.close();
    if (!pair_) {
        wire_.close();
        return;
    }
    pair_->isTaking = false;
    pair_->closed();
}

} // namespace signalbox::servicebus
