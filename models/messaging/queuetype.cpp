#include "models/messaging/brokergateway.h"

namespace signalbox {

QString queueTypeWord(QueueType type) {
    switch (type) {
    case QueueType::Classic:
        return QStringLiteral("classic");
    case QueueType::Quorum:
        return QStringLiteral("quorum");
    case QueueType::Stream:
        return QStringLiteral("stream");
    case QueueType::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

} // namespace signalbox
