// Headers that the broker changes on every delivery; identity leaves them out (see fingerprint.h).
#pragma once

#include <QByteArrayView>

namespace signalbox {

inline bool isVolatileHeader(QByteArrayView name) {
    return name == "redelivered" || name == "x-delivery-count" || name == "x-acquired-count" ||
           name == "x-stream-offset";
}

// The same of MessageProperties::amqp10: counts, locks and the state between active and deferred.
inline bool isVolatileAmqp10(QByteArrayView name) {
    return name == "delivery-count" || name == "first-acquirer" || name == "x-opt-locked-until" ||
           name == "x-opt-message-state" || name == "x-opt-lock-token";
}

} // namespace signalbox
