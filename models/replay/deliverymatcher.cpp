#include "models/replay/deliverymatcher.h"

#include <algorithm>

namespace signalbox {

Match DeliveryMatcher::meet(const Fingerprint& fingerprint, bool redelivered, std::uint64_t tag) {
    const auto give = [&](std::uint32_t index, Meeting meeting) {
        RunItem& item = items_.at(index);
        item.met = true;
        item.hasTag = true;
        item.tag = tag;
        item.staged = meeting == Meeting::Take;
        return Match{meeting, index, true};
    };
    if (const auto free = items_.firstFree(fingerprint, ItemState::Planned))
        return give(*free, Meeting::Take);

    // The order matters where twins are: whoever certainly still has an original comes first. An item that is
    // done but for the removal may have lost its original already, so it only gets what nobody else needs.
    const std::span<const std::uint32_t> twins = items_.equalTo(fingerprint);
    for (const std::uint32_t index : twins) {
        RunItem& item = items_.at(index);
        if (item.state != ItemState::Published || item.met)
            continue;
        if (!moves_)
            return give(index, Meeting::Attach);
        items_.setState(item, ItemState::Planned);
        return give(index, Meeting::Take);
    }
    for (const std::uint32_t index : twins) {
        const RunItem& item = items_.at(index);
        const bool keepsOriginal = item.state == ItemState::InDoubt || item.state == ItemState::Returned ||
                                   item.state == ItemState::Rejected || item.state == ItemState::Cancelled;
        if (keepsOriginal && !item.met)
            return give(index, Meeting::Keep);
    }
    for (const std::uint32_t index : twins) {
        const RunItem& item = items_.at(index);
        if (item.state != toRemove_ || item.met || item.staged)
            continue;
        if (isReserved(fingerprint, twins))
            return {};
        return give(index, redelivered ? Meeting::Remove : Meeting::Doubtful);
    }
    if (!twins.empty())
        ++extra_[fingerprint];
    return {};
}

// Equal messages that were not selected stay. The plan knows how many there were; occurrence numbers tell of
// those in front of ours, an earlier pass of this job of those it met.
bool DeliveryMatcher::isReserved(const Fingerprint& fingerprint, std::span<const std::uint32_t> twins) {
    int all = 0;
    for (const std::uint32_t index : twins)
        all = std::max({all, items_.at(index).occurrence + 1, items_.at(index).twins});
    int unselected = all - static_cast<int>(twins.size());
    if (const auto known = known_.find(fingerprint); known != known_.end())
        unselected = std::max(unselected, known->second);
    if (unselected <= 0)
        return false;
    int& spared = spared_[fingerprint];
    if (spared >= unselected)
        return false;
    ++spared;
    return true;
}

void DeliveryMatcher::restart() {
    for (const auto& [fingerprint, count] : extra_)
        known_[fingerprint] = std::max(known_[fingerprint], count);
    spared_.clear();
    extra_.clear();
    items_.forgetDeliveries();
}

} // namespace signalbox
