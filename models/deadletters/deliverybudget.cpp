#include "models/deadletters/deliverybudget.h"

namespace signalbox {

int usedDeliveries(Snapshot& snapshot) {
    const auto page = snapshot.ids({}, {}, 1);
    if (!page || page->ids.empty())
        return -1;
    const auto message = snapshot.message(page->ids.front());
    if (!message)
        return -1;
    const bool wasPeeked = snapshot.info().queueType == queueTypeWord(QueueType::ServiceBus);
    return deliveryCount(*message) + (wasPeeked ? 0 : 1 + snapshot.info().unseenReadings);
}

DeliveryLimit deliveryLimitOf(const std::optional<QueueInfo>& facts, const QString& queue,
                              const QString& why) {
    // Dead letters of Service Bus are never dead-lettered again, so there is nothing to know of them.
    const bool isBus = facts && facts->type == QueueType::ServiceBus;
    if (isBus && facts->deliveryLimit < 0 && !facts->missing.isEmpty() && facts->deadLettersOf.isEmpty())
        return {-1,
                QStringLiteral("How often the messages of %1 may be delivered is not known. What a run takes "
                               "along and gives back has one delivery more, and past the limit the service "
                               "dead-letters it. %2")
                    .arg(queue, facts->missing)};
    if (facts && facts->type != QueueType::Unknown)
        return {allowedReturns(*facts), {}};
    QString reason = facts && !facts->missing.isEmpty() ? facts->missing : why;
    return {-1,
            QStringLiteral("How often the messages of %1 may be delivered is not known. If it is a quorum "
                           "queue, what the run gives back uses up one delivery, and past its delivery "
                           "limit the broker drops a message or dead-letters it again. %2")
                .arg(queue, reason)
                .trimmed()};
}

std::optional<int> knownDeliveryLimit(const Result<QueueInfo>& facts) {
    if (!facts || facts->type == QueueType::Unknown)
        return std::nullopt;
    return deliveryLimitOf(*facts, facts->ref.name, {}).limit;
}

} // namespace signalbox
