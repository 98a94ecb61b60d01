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

QString orderWarning(const ReplayPlan& plan) {
    if (plan.options.order.isEmpty())
        return {};
    return QStringLiteral(
               "Sent in the order of %1, not in the queue's: all of them are taken and held before "
               "the first one is sent.")
        .arg(plan.options.order);
}

} // namespace signalbox
