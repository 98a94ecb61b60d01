// A write permit for tests: production code gets one from GuardRail only.
#pragma once

#include "models/base/writepermit.h"

namespace signalbox {

struct TestPermit {
    static WritePermit make(const QString& connectionId) { return WritePermit(connectionId, {}, {}); }
};

} // namespace signalbox
