// A set of slots: one bit a row. Pure.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace signalbox {

class SlotSet {
public:
    SlotSet() = default; // of no rows
    explicit SlotSet(std::size_t size)
        : size_(size)
        , words_((size + 63) / 64, 0) {}
    std::size_t size() const { return size_; }
    bool has(std::size_t slot) const { return (words_[slot / 64] >> (slot % 64) & 1) != 0; }
    void add(std::size_t slot) { words_[slot / 64] |= std::uint64_t(1) << (slot % 64); }
    std::size_t count() const {
        std::size_t all = 0;
        for (const std::uint64_t word : words_)
            all += static_cast<std::size_t>(std::popcount(word));
        return all;
    }
    // Both sets have the same size.
    void keep(const SlotSet& other) { combine(other, std::bit_and<std::uint64_t>{}); }
    void join(const SlotSet& other) { combine(other, std::bit_or<std::uint64_t>{}); }
    void invert() {
        for (std::uint64_t& word : words_)
            word = ~word;
        clearTail();
    }

private:
    void combine(const SlotSet& other, auto op) {
        std::transform(words_.begin(), words_.end(), other.words_.begin(), words_.begin(), op);
    }
    void clearTail() {
        if (size_ % 64 != 0)
            words_.back() &= (std::uint64_t(1) << (size_ % 64)) - 1;
    }
    std::size_t size_ = 0;
    std::vector<std::uint64_t> words_;
};

} // namespace signalbox
