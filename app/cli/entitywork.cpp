#include "app/cli/entitywork.h"

#include "app/cli/commandset.h"
#include "app/cli/shapes.h"
#include "models/messaging/ruledraft.h"

#include <QJsonArray>

namespace signalbox {

EntityDesk::Scene EntityWork::scene(const std::string& reason) const {
    return {gateway, profile.name, *permit, text(reason)};
}

Result<EntityWork> entityWork(Session& session, const std::string& connection) {
    auto profile = session.profile(text(connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    Workspace& workspace = **session.workspace();
    return EntityWork{std::move(*profile), *gateway,
                      std::make_shared<EntityDesk>(workspace.audit(), workspace.clock(), workspace.actor()),
                      std::nullopt};
}

Result<EntityWork> entityChange(Session& session, const std::string& connection) {
    auto profile = session.profile(text(connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto permit = session.permit(*profile);
    if (!permit)
        return failure(std::move(permit.error()));
    auto work = entityWork(session, connection);
    if (work)
        work->permit = *permit;
    return work;
}

QString countText(qint64 count) {
    return count < 0 ? QStringLiteral("?") : QString::number(count);
}

namespace shapes {

QJsonObject entity(const EntityFacts& facts, bool withSettings) {
    QJsonObject object{{QStringLiteral("path"), facts.path},
                       {QStringLiteral("kind"), entityKindWord(facts.kind)},
                       {QStringLiteral("status"), entityStatusWord(facts.status)},
                       {QStringLiteral("active"), known(facts.active)},
                       {QStringLiteral("deadLetters"), known(facts.deadLetters)},
                       {QStringLiteral("scheduled"), known(facts.scheduled)},
                       {QStringLiteral("transfer"), known(facts.transfer)},
                       {QStringLiteral("transferDeadLetters"), known(facts.transferDeadLetters)}};
    if (!withSettings)
        return object;
    QJsonObject settings;
    for (const auto& [name, value] : facts.properties)
        settings.insert(name, value);
    object.insert(QStringLiteral("settings"), settings);
    return object;
}

QJsonObject rule(const BusRule& rule) {
    const char* const kinds[] = {"always", "never", "sql", "correlation", "unknown"};
    const RuleDraft draft = draftOf(rule);
    QJsonObject object{{QStringLiteral("name"), rule.name},
                       {QStringLiteral("kind"), QString::fromLatin1(kinds[static_cast<int>(rule.kind)])},
                       {QStringLiteral("condition"), conditionText(rule)},
                       {QStringLiteral("hasAction"), rule.hasAction},
                       {QStringLiteral("action"), rule.action}};
    if (rule.kind == BusRule::Kind::Sql)
        object.insert(QStringLiteral("sql"), draft.sql);
    if (rule.kind == BusRule::Kind::Correlation)
        object.insert(QStringLiteral("conditions"), QJsonArray::fromStringList(draft.conditions));
    return object;
}

} // namespace shapes
} // namespace signalbox
