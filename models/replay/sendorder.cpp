#include "models/replay/sendorder.h"

#include <algorithm>

namespace signalbox {

Result<void> checkOrder(const ReplayPlan& plan) {
    if (plan.options.order.isEmpty())
        return {};
    const bool hasSessions = std::any_of(plan.items.begin(), plan.items.end(),
                                         [](const PlanItem& item) { return !item.session.isNull(); });
    if (hasSessions && !plan.source.name.contains(QLatin1String("/$")))
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("%1 has sessions, which are taken one after the other: only the order of "
                           "the queue can be kept. Send in the queue's order.")
                .arg(plan.source.name));
    if (plan.sendable <= mostOrdered && plan.bytes <= mostOrderedBytes)
        return {};
    return failure(
        ErrorKind::Invalid,
        QStringLiteral("In another order than the queue's all messages are held before the first one is "
                       "sent: at most %1 messages with %2 MiB, and these are %3 with %4 MiB. Send fewer at "
                       "a time (a limit, a filter), or in the queue's order.")
            .arg(mostOrdered)
            .arg(mostOrderedBytes >> 20)
            .arg(plan.sendable)
            .arg((plan.bytes + (1 << 20) - 1) >> 20));
}

QString orderWords(const QString& order) {
    if (order.isEmpty())
        return {};
    if (order == QLatin1String("position desc"))
        return QStringLiteral("last in the queue first");
    const bool down = order.endsWith(QLatin1String(" desc"));
    return QStringLiteral("by %1, %2")
        .arg(order.section(QLatin1Char(' '), 0, 0),
             down ? QStringLiteral("highest or latest first") : QStringLiteral("lowest or earliest first"));
}

QString partitionWarning(const ReplayPlan& plan, const BusTopology* topology) {
    if (plan.options.order.isEmpty() || !topology)
        return {};
    const BusMap map(*topology);
    for (const auto& [receiver, copies] : plan.receivers) {
        const BusEntity* entity = map.find(receiver);
        if (entity && entity->partitioned)
            return QStringLiteral("%1 is partitioned: it keeps the order within each partition only.")
                .arg(receiver);
    }
    return {};
}

QString orderWarning(const ReplayPlan& plan, bool isStream) {
    if (plan.options.order.isEmpty() || plan.sendable == 0)
        return {};
    return (isStream
                ? QStringLiteral("Sent %1: all of them are read before the first one is sent.")
                : QStringLiteral("Sent %1: all of them are taken and held before the first one is sent."))
        .arg(orderWords(plan.options.order));
}

} // namespace signalbox
