#include "models/replay/portlink.h"

#include <algorithm>

namespace signalbox {

void PortLink::opened() {
    up_ = true;
    everUp_ = true;
    error_ = {};
}

void PortLink::worked() {
    failures_ = 0;
}

void PortLink::closedOnPurpose(Time now) {
    up_ = false;
    failures_ = 0;
    nextTry_ = now;
}

bool PortLink::failed(const Error& error, Time now) {
    if (up_ || failures_ == 0)
        downSince_ = now;
    up_ = false;
    error_ = error;
    ++failures_;
    auto wait = tuning_.backOffFirst;
    for (int i = 1; i < failures_ && wait < tuning_.backOffCap; ++i)
        wait *= 2;
    nextTry_ = now + std::min(wait, tuning_.backOffCap);
    return isTemporary(error, now);
}

bool PortLink::isTemporary(const Error& error, Time now) const {
    switch (error.kind) {
    case ErrorKind::Lost:
    case ErrorKind::CannotConnect:
    case ErrorKind::Blocked:
    case ErrorKind::Busy:
    case ErrorKind::Cancelled: // interrupted: the loop looks at the person's wish next
        return true;
    case ErrorKind::NotAuthenticated:
    case ErrorKind::NotAllowed:
    case ErrorKind::Conflict:
        // It worked before, so somebody changed a password or a right, and may change it back.
        return everUp_;
    case ErrorKind::NotFound:
        // A restarting cluster does not know a queue whose node is still down.
        return everUp_ && now - downSince_ < tuning_.notFoundPatience;
    default:
        return false;
    }
}

} // namespace signalbox
