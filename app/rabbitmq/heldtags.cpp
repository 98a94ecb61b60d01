#include "app/rabbitmq/heldtags.h"

#include <algorithm>

namespace signalbox::rabbitmq {

void HeldTags::restart() {
    base_ = 1;
    open_.clear();
    held_ = 0;
}

void HeldTags::delivered(std::uint64_t tag) {
    if (open_.empty())
        base_ = tag;
    while (base_ + open_.size() < tag)
        open_.push_back(false);
    open_.push_back(true);
    ++held_;
}

std::vector<std::uint64_t> HeldTags::every(std::size_t step) const {
    std::vector<std::uint64_t> tags;
    std::size_t count = 0;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        if (open_[i] && ++count % step == 0)
            tags.push_back(base_ + i);
    }
    return tags;
}

HeldTags::Settlement HeldTags::settle(std::span<const std::uint64_t> tags) {
    std::vector<std::uint64_t> fresh;
    fresh.reserve(tags.size());
    for (const std::uint64_t tag : tags) {
        if (tag < base_ || tag - base_ >= open_.size() || !open_[tag - base_])
            continue;
        open_[tag - base_] = false;
        --held_;
        fresh.push_back(tag);
    }
    while (!open_.empty() && !open_.front()) {
        open_.pop_front();
        ++base_;
    }
    Settlement settlement;
    for (const std::uint64_t tag : fresh) {
        if (tag < base_)
            settlement.upTo = std::max(settlement.upTo, tag);
        else
            settlement.single.push_back(tag);
    }
    return settlement;
}

} // namespace signalbox::rabbitmq
