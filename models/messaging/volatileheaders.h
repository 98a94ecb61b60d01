// Headers that the broker changes on every delivery; identity leaves them out (see fingerprint.h).
#pragma once

#include <QByteArrayView>

namespace signalbox {

inline bool isVolatileHeader(QByteArrayView name) {
    return name == "redelivered" || name == "x-delivery-count" || name == "x-acquired-count" ||
           name == "x-stream-offset";
}

} // namespace signalbox
