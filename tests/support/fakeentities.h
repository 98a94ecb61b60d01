// Entities of a namespace in memory: what was asked of them is remembered, and answered at once.
#pragma once

#include "models/base/background.h"
#include "models/messaging/entityadmin.h"

#include <QStringList>
#include <algorithm>
#include <map>

namespace signalbox {

class FakeEntities final : public EntityAdmin {
public:
    QFuture<Result<std::vector<EntityFacts>>> entities() override {
        return readyFuture<Result<std::vector<EntityFacts>>>(known);
    }
    QFuture<Result<std::vector<EntityFacts>>> subscriptions(const QString& topic) override {
        std::vector<EntityFacts> parts;
        for (const EntityFacts& each : known) {
            if (topicOf(each.path) == topic)
                parts.push_back(each);
        }
        return readyFuture<Result<std::vector<EntityFacts>>>(std::move(parts));
    }
    QFuture<Result<EntityFacts>> entity(const QString& path) override {
        if (onAsked)
            onAsked();
        return readyFuture(found(path));
    }
    QFuture<Result<EntityFacts>> setStatus(const QString& path, BusEntity::Status status) override {
        if (auto refused = doing(QStringLiteral("status ") + path); !refused)
            return readyFuture<Result<EntityFacts>>(failure(refused.error()));
        for (EntityFacts& each : known) {
            if (each.path == path)
                each.status = status;
        }
        return readyFuture(found(path));
    }
    QFuture<Result<void>> remove(const QString& path) override {
        auto refused = doing(QStringLiteral("remove ") + path);
        if (refused)
            std::erase_if(known, [&path](const EntityFacts& each) { return each.path == path; });
        return readyFuture(std::move(refused));
    }
    QFuture<Result<std::vector<BusRule>>> rules(const QString& subscription) override {
        return readyFuture<Result<std::vector<BusRule>>>(rulesOf[subscription]);
    }
    QFuture<Result<void>> addRule(const QString& subscription, const BusRule& rule) override {
        auto refused = doing(QStringLiteral("add ") + rule.name);
        if (refused)
            rulesOf[subscription].push_back(rule);
        return readyFuture(std::move(refused));
    }
    QFuture<Result<void>> replaceRule(const QString& subscription, const BusRule& rule) override {
        auto refused = doing(QStringLiteral("replace ") + rule.name);
        for (BusRule& each : rulesOf[subscription]) {
            if (refused && each.name == rule.name)
                each = rule;
        }
        return readyFuture(std::move(refused));
    }
    QFuture<Result<void>> removeRule(const QString& subscription, const QString& name) override {
        auto refused = doing(QStringLiteral("drop ") + name);
        if (refused)
            std::erase_if(rulesOf[subscription], [&name](const BusRule& rule) { return rule.name == name; });
        return readyFuture(std::move(refused));
    }

    void add(BusEntity::Kind kind, const QString& path, qint64 active = 0, qint64 dead = 0) {
        EntityFacts facts;
        facts.path = path;
        facts.kind = kind;
        if (kind != BusEntity::Kind::Topic) {
            facts.active = active;
            facts.deadLetters = dead;
        }
        facts.properties = {{QStringLiteral("LockDuration"), QStringLiteral("PT1M")}};
        known.push_back(facts);
    }

    std::vector<EntityFacts> known;
    std::map<QString, std::vector<BusRule>> rulesOf;
    std::optional<Error> refusal; // of every change
    std::function<void()> onAsked;
    QStringList done; // changes, in their order

private:
    Result<void> doing(const QString& what) {
        if (refusal)
            return failure(*refusal);
        done << what;
        return {};
    }
    Result<EntityFacts> found(const QString& path) const {
        for (const EntityFacts& each : known) {
            if (each.path == path)
                return each;
        }
        return failure(ErrorKind::NotFound, QStringLiteral("There is no /%1 in the namespace.").arg(path));
    }
};

inline BusRule sqlRule(const QString& name, const QString& sql) {
    BusRule rule;
    rule.name = name;
    rule.kind = BusRule::Kind::Sql;
    rule.sql = sql;
    return rule;
}

} // namespace signalbox
