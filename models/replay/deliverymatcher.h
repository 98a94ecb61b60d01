// Which item a delivery belongs to. The protocol gives messages no identity, so the fingerprint stands in,
// and equal twins are told apart by count. Pure bookkeeping; one thread.
#pragma once

#include "models/replay/runitems.h"

#include <unordered_map>

namespace signalbox {

enum class Meeting {
    Take,     // the original of an item whose turn it is
    Attach,   // of an item that is published already and waits for its answer
    Remove,   // of an item that is done but for the removal: remove, never send
    Doubtful, // might be that, but the broker says it was never delivered before
    Keep,     // not ours, or to be kept
};

struct Match {
    Meeting meeting = Meeting::Keep;
    std::uint32_t index = 0; // of the item; meaningless for an unknown message
    bool known = false;
};

class DeliveryMatcher {
public:
    // `toRemove`: state of items that only need their original removed (Confirmed; Saved for delete and
    // purge).
    // `moves`: an item that was sent without an answer was not sent, if its original is met (see
    // BrokerGateway::makeMover).
    DeliveryMatcher(RunItems& items, ItemState toRemove, bool moves = false)
        : items_(items)
        , toRemove_(toRemove)
        , moves_(moves) {}

    // Changes the item it gives: staged, met, tag.
    Match meet(const Fingerprint& fingerprint, bool redelivered, std::uint64_t tag);
    void restart(); // the source was reopened

private:
    bool isReserved(const Fingerprint& fingerprint, std::span<const std::uint32_t> twins);

    RunItems& items_;
    ItemState toRemove_;
    bool moves_;
    using Counts = std::unordered_map<Fingerprint, int, FingerprintHash>;
    Counts spared_; // this pass: deliveries left alone for the sake of unselected twins
    Counts extra_;  // this pass: deliveries equal to items of the run, but more than there are items
    Counts known_;  // unselected twins that earlier passes met
};

} // namespace signalbox
