// A write permit for tests: production code gets one from GuardRail only.
#pragma once

#include "models/base/writepermit.h"

namespace signalbox {

struct TestPermit {
    static WritePermit make(const QString& connectionId, const QDateTime& expires = {}) {
        return WritePermit(connectionId, {}, expires);
    }
};

} // namespace signalbox
