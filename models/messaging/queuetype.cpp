#include "models/messaging/brokergateway.h"

namespace signalbox {

namespace {

struct Word {
    QueueType type;
    const char* word;
};
constexpr Word queueTypeWords[] = {{QueueType::Classic, "classic"},
                                   {QueueType::Quorum, "quorum"},
                                   {QueueType::Stream, "stream"},
                                   {QueueType::ServiceBus, "service-bus"}};

} // namespace

QString queueTypeWord(QueueType type) {
    for (const Word& each : queueTypeWords) {
        if (each.type == type)
            return QString::fromLatin1(each.word);
    }
    return QStringLiteral("unknown");
}

int allowedReturns(const QueueInfo& queue) {
    if (queue.deliveryLimit < 0)
        return -1;
    if (queue.type == QueueType::ServiceBus)
        return queue.deliveryLimit > 0 ? queue.deliveryLimit - 1 : 0;
    return queue.type == QueueType::Quorum ? queue.deliveryLimit : -1;
}

QueueType queueTypeOfWord(const QString& word) {
    for (const Word& each : queueTypeWords) {
        if (word == QLatin1String(each.word))
            return each.type;
    }
    return QueueType::Unknown;
}

} // namespace signalbox
