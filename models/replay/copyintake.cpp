#include "models/replay/copyintake.h"

namespace signalbox {

Result<void> CopyIntake::take(int max, int /*waitMs*/, Taken& out) {
    for (; out.met < max && next_ < items_.total(); ++next_) {
        const auto index = static_cast<std::uint32_t>(next_);
        RunItem& item = items_.at(index);
        if (item.state != ItemState::Saved && item.state != ItemState::Planned)
            continue;
        auto copy = journal_.copy(run_, item.number);
        if (!copy)
            return failure(std::move(copy.error()));
        Staged staged;
        staged.index = index;
        staged.original = std::move(*copy);
        staged.fingerprint = item.fingerprint;
        item.staged = item.met = true;
        out.staged.push_back(std::move(staged));
        ++out.met;
    }
    return {};
}

} // namespace signalbox
