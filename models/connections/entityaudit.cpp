#include "models/connections/entityaudit.h"

#include "models/messaging/ruledraft.h"

#include <QJsonArray>

namespace signalbox {

QJsonObject audited(const EntityFacts& facts) {
    QJsonObject settings;
    for (const auto& [name, value] : facts.properties)
        settings.insert(name, value);
    return {{QStringLiteral("kind"), entityKindWord(facts.kind)},
            {QStringLiteral("status"), entityStatusWord(facts.status)},
            {QStringLiteral("messages"), facts.messages()},
            {QStringLiteral("settings"), settings}};
}

QJsonObject audited(const EntityLoss& loss) {
    QJsonObject object = audited(loss.entity);
    object.insert(QStringLiteral("messages"), loss.messages());
    if (loss.entity.kind == BusEntity::Kind::Subscription) {
        QJsonArray rules;
        for (const BusRule& rule : loss.rules) {
            QJsonObject kept = audited(rule);
            kept.insert(QStringLiteral("name"), rule.name);
            rules.append(kept);
        }
        object.insert(QStringLiteral("rules"), rules);
    }
    if (loss.entity.kind != BusEntity::Kind::Topic)
        return object;
    QJsonArray parts;
    for (const EntityFacts& each : loss.subscriptions) {
        QJsonObject part = audited(each);
        part.insert(QStringLiteral("path"), each.path);
        parts.append(part);
    }
    object.insert(QStringLiteral("subscriptions"), parts);
    return object;
}

QJsonObject audited(const BusRule& rule) {
    QJsonObject object{{QStringLiteral("filter"), conditionText(rule)}};
    if (rule.hasAction)
        object.insert(QStringLiteral("action"),
                      rule.action.isEmpty() ? QStringLiteral("not understood here") : rule.action);
    return object;
}

} // namespace signalbox
