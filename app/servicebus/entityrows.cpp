#include "app/servicebus/entityrows.h"

#include "app/servicebus/entitypath.h"
#include "models/messaging/entityadmin.h"

namespace signalbox::servicebus {

QueueInfo bareRow(const QString& name, const ConnectionProfile& profile, const QString& missing) {
    QueueInfo row;
    const EntityPath path = entityPath(name);
    row.ref = {profile.id, profile.virtualHost, path.address()};
    row.type = QueueType::ServiceBus;
    row.missing = missing;
    if (path.subQueue != SubQueue::None)
        row.deadLettersOf = path.entity;
    return row;
}

// As the changes of entities have it; other states ("Creating") in the service's words.
QString stateWord(const QString& status) {
    const auto known = entityStatusOfWord(status);
    return known ? entityStatusWord(*known) : status.toLower();
}

std::vector<QueueInfo> rowsOf(const Entity& entity, const ConnectionProfile& profile) {
    std::vector<QueueInfo> rows;
    if (entity.kind != Entity::Kind::Queue && entity.kind != Entity::Kind::Subscription)
        return rows;
    const MessageCounts counts = countsOf(entity.entry.description);
    QueueInfo row = bareRow(entity.entry.path, profile, {});
    row.ready = counts.active;
    row.state = stateWord(entity.entry.description.childText(QStringLiteral("Status")));
    if (const auto ttl =
            durationMs(entity.entry.description.childText(QStringLiteral("DefaultMessageTimeToLive"))))
        row.messageTtlMs = *ttl;
    bool isNumber = false;
    const int limit = entity.entry.description.childText(QStringLiteral("MaxDeliveryCount")).toInt(&isNumber);
    row.deliveryLimit = isNumber && limit > 0 ? limit : -1; // dead letters are never dead-lettered again
    row.hasSessions =
        entity.entry.description.childText(QStringLiteral("RequiresSession")) == QLatin1String("true");
    rows.push_back(row);
    const auto add = [&](SubQueue subQueue, qint64 count) {
        QueueInfo dead = bareRow(EntityPath{entity.entry.path, subQueue}.address(), profile, {});
        dead.ready = count;
        dead.state = row.state;
        rows.push_back(std::move(dead));
    };
    add(SubQueue::DeadLetter, counts.deadLetters);
    if (counts.transferDeadLetters > 0)
        add(SubQueue::TransferDeadLetter, counts.transferDeadLetters);
    return rows;
}

} // namespace signalbox::servicebus
