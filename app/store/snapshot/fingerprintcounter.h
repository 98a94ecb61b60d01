// Counts equal messages of one reading: 24 bytes a message, because a reading may have a million.
#pragma once

#include "models/messaging/fingerprint.h"

#include <vector>

namespace signalbox {

class FingerprintCounter {
public:
    // How often it was seen before; counts it.
    int next(const Fingerprint& fingerprint) {
        if ((used_ + 1) * 4 > slots_.size() * 3)
            grow();
        Slot& slot = find(slots_, fingerprint);
        if (slot.count == 0) {
            slot.fingerprint = fingerprint;
            ++used_;
        }
        return slot.count++;
    }

private:
    struct Slot {
        Fingerprint fingerprint;
        int count = 0;
    };
    static Slot& find(std::vector<Slot>& table, const Fingerprint& fingerprint) {
        std::size_t at = FingerprintHash{}(fingerprint) & (table.size() - 1);
        while (table[at].count > 0 && table[at].fingerprint != fingerprint)
            at = (at + 1) & (table.size() - 1);
        return table[at];
    }
    void grow() {
        std::vector<Slot> wider(slots_.empty() ? 1024 : slots_.size() * 2);
        for (const Slot& slot : slots_) {
            if (slot.count > 0)
                find(wider, slot.fingerprint) = slot;
        }
        slots_.swap(wider);
    }
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

} // namespace signalbox
