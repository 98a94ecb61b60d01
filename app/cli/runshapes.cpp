#include "app/cli/shapes.h"

#include <QJsonArray>

namespace signalbox::shapes {

QJsonObject plan(const ReplayPlan& plan, RunKind kind) {
    QJsonObject receivers;
    for (const auto& [queue, copies] : plan.receivers)
        receivers.insert(queue, copies);
    QJsonObject refusals;
    for (const auto& [refusal, count] : plan.refusals) {
        if (!isLeftOut(refusal))
            refusals.insert(refusalWord(refusal), count);
    }
    return {{QStringLiteral("queue"), plan.source.name},
            {QStringLiteral("virtualHost"), plan.source.space},
            {QStringLiteral("kind"), runKindWord(kind)},
            {QStringLiteral("destination"),
             kind == RunKind::Replay ? QJsonValue(destinationText(plan.options.destination)) : QJsonValue()},
            {QStringLiteral("messages"), static_cast<qint64>(plan.items.size())},
            {QStringLiteral("sendable"), plan.sendable},
            {QStringLiteral("deferred"), plan.deferred},
            {QStringLiteral("scheduled"), plan.scheduled},
            {QStringLiteral("refused"), refusedForCause(plan)},
            {QStringLiteral("beyondLimit"), refusedAs(plan, Refusal::OverLimit)},
            {QStringLiteral("removedAlready"), refusedAs(plan, Refusal::AlreadyRemoved)},
            {QStringLiteral("refusals"), refusals},
            {QStringLiteral("receivers"), receivers},
            {QStringLiteral("warnings"), QJsonArray::fromStringList(plan.warnings)}};
}

QJsonObject planItem(const PlanItem& item) {
    return {
        {QStringLiteral("number"), item.number},
        {QStringLiteral("id"), item.snapshotId},
        {QStringLiteral("position"), item.position},
        {QStringLiteral("fingerprint"), QString::fromLatin1(item.fingerprint.toHex())},
        {QStringLiteral("occurrence"), item.occurrence},
        {QStringLiteral("refusal"),
         item.refusal == Refusal::None ? QJsonValue() : QJsonValue(refusalWord(item.refusal))},
        {QStringLiteral("note"), item.note},
        {QStringLiteral("exchange"), QString::fromUtf8(item.exchange)},
        {QStringLiteral("routingKey"), QString::fromUtf8(item.routingKey)},
        {QStringLiteral("receivers"),
         item.receiversKnown ? QJsonValue(QJsonArray::fromStringList(item.receivers)) : QJsonValue()},
        {QStringLiteral("changes"), QJsonArray::fromStringList(item.changes)},
        {QStringLiteral("edited"), item.changes.contains(editedChange())},
    };
}

QJsonObject run(const RunRecord& run, const QString& stateNow) {
    QJsonObject counts;
    for (const auto& [state, count] : run.counts)
        counts.insert(itemStateWord(state), count);
    const RunHeader& header = run.header;
    QJsonObject object{
        {QStringLiteral("id"), header.id},
        {QStringLiteral("kind"), runKindWord(header.kind)},
        {QStringLiteral("state"), runStateWord(run.state)},
        {QStringLiteral("actor"), header.actor},
        {QStringLiteral("reason"), header.reason},
        {QStringLiteral("connection"), header.connectionName},
        {QStringLiteral("queue"), header.source.name},
        {QStringLiteral("virtualHost"), header.source.space},
        {QStringLiteral("destination"), header.destination},
        {QStringLiteral("createdAt"), stamp(header.createdAt)},
        {QStringLiteral("endedAt"), stamp(run.endedAt)},
        {QStringLiteral("endReason"), run.endReason},
        {QStringLiteral("parentRun"),
         header.parentRun.isEmpty() ? QJsonValue() : QJsonValue(header.parentRun)},
        {QStringLiteral("deliveryLimit"), known(static_cast<qint64>(header.deliveryLimit))},
        {QStringLiteral("deliveriesBefore"), known(static_cast<qint64>(header.deliveriesBefore))},
        {QStringLiteral("sourceOpens"), run.sourceOpens},
        {QStringLiteral("counts"), counts}};
    if (!stateNow.isEmpty())
        object.insert(QStringLiteral("stateNow"), stateNow);
    return object;
}

QJsonObject item(const ItemRecord& item) {
    QJsonObject object = planItem(item.plan);
    object.insert(QStringLiteral("state"), itemStateWord(item.state));
    object.insert(QStringLiteral("messageId"),
                  item.messageId.isEmpty() ? QJsonValue() : QJsonValue(item.messageId));
    object.insert(QStringLiteral("reason"), item.reason);
    object.insert(QStringLiteral("changedAt"), stamp(item.changedAt));
    object.insert(QStringLiteral("hasCopy"), item.hasCopy);
    return object;
}

} // namespace signalbox::shapes
