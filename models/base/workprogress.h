// How far work in the background is, and the wish that it stops; shared by the thread that works and the one
// that shows it.
#pragma once

#include <QtGlobal>
#include <atomic>
#include <memory>

namespace signalbox {

struct WorkProgress {
    std::atomic<qint64> done{0};
    std::atomic<bool> cancelled{false};
};

using SharedProgress = std::shared_ptr<WorkProgress>;

// For work whose caller wants to know nothing.
inline SharedProgress orNew(SharedProgress progress) {
    return progress ? std::move(progress) : std::make_shared<WorkProgress>();
}

} // namespace signalbox
