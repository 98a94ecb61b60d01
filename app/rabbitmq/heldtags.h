// Delivery tags of one channel that are not settled yet. The broker counts 1, 2, 3 ...; what is settled
// without a gap from the lowest can be acknowledged with one cumulative answer. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace signalbox::rabbitmq {

class HeldTags {
public:
    void restart();
    void delivered(std::uint64_t tag);
    std::int64_t held() const { return held_; }
    std::vector<std::uint64_t> every(std::size_t step) const; // the step-th held tag, the 2 * step-th ...

    struct Settlement {
        std::uint64_t upTo = 0;            // everything up to this tag at once; 0: nothing
        std::vector<std::uint64_t> single; // and these one by one
    };
    // Marks them; tags that are not held are ignored.
    Settlement settle(std::span<const std::uint64_t> tags);

private:
    std::uint64_t base_ = 1; // tag of open_.front()
    std::deque<bool> open_;
    std::int64_t held_ = 0;
};

} // namespace signalbox::rabbitmq
