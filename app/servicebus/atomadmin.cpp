#include "app/servicebus/atomadmin.h"

#include "app/servicebus/entitypath.h"
#include "app/servicebus/ruleshapes.h"
#include "app/servicebus/targetpath.h"
#include "app/servicebus/topologyshapes.h"
#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

#include <algorithm>

namespace signalbox::servicebus {

namespace {

std::vector<EntityFacts> factsOf(const std::vector<Entity>& entities) {
    std::vector<EntityFacts> all;
    all.reserve(entities.size());
    for (const Entity& entity : entities)
        all.push_back(entityFacts(entity));
    return all;
}

QString serviceStatus(BusEntity::Status status) {
    switch (status) {
    case BusEntity::Status::Disabled:
        return QStringLiteral("Disabled");
    case BusEntity::Status::SendDisabled:
        return QStringLiteral("SendDisabled");
    case BusEntity::Status::ReceiveDisabled:
        return QStringLiteral("ReceiveDisabled");
    case BusEntity::Status::Active:
        break;
    }
    return QStringLiteral("Active");
}

QString rulePath(const QString& subscription, const QString& name) {
    return QStringLiteral("%1/Rules/%2").arg(subscription, name);
}

// Where it forwards to, as a PUT has to say it.
void writeTargets(XmlNode& description, const QString& host) {
    for (const QString& field :
         {QStringLiteral("ForwardTo"), QStringLiteral("ForwardDeadLetteredMessagesTo")}) {
        const QString target = description.childText(field);
        if (!target.isEmpty())
            setField(description, field, addressOfTarget(host, target));
    }
}

Error notKept(const QString& path, const QString& wanted, const QString& kept) {
    return {ErrorKind::Corrupt,
            QStringLiteral("The service took the change of %1 and has not made it: its status is %2, not %3.")
                .arg(path, kept, wanted),
            {}};
}

} // namespace

EntityFacts entityFacts(const Entity& entity) {
    static const QStringList counted{QStringLiteral("Status"), QStringLiteral("MessageCount")};
    const XmlNode& description = entity.entry.description;
    const BusEntity known = busEntity(entity, {});
    const MessageCounts counts = countsOf(description);
    EntityFacts facts;
    facts.path = entity.entry.path;
    facts.kind = known.kind;
    facts.status = known.status;
    facts.active = counts.active;
    facts.deadLetters = counts.deadLetters;
    facts.scheduled = counts.scheduled;
    facts.transfer = counts.transfer;
    facts.transferDeadLetters = counts.transferDeadLetters;
    for (const XmlNode& field : description.children) {
        if (field.children.empty() && !field.text.trimmed().isEmpty() && !counted.contains(field.name))
            facts.properties.emplace_back(field.name, field.text);
    }
    return facts;
}

AtomAdmin::AtomAdmin(NamespaceAdmin& admin, QString host)
    : admin_(admin)
    , host_(std::move(host)) {}

QFuture<Result<std::vector<EntityFacts>>> AtomAdmin::entities() {
    const Answerer<std::vector<EntityFacts>> answerer;
    whenDone(admin_.entities(), this, [answerer](const Result<std::vector<Entity>>& all) {
        answerer.answer(all ? Result<std::vector<EntityFacts>>(factsOf(*all)) : failure(all.error()));
    });
    return answerer.future();
}

QFuture<Result<std::vector<EntityFacts>>> AtomAdmin::subscriptions(const QString& topic) {
    const Answerer<std::vector<EntityFacts>> answerer;
    whenDone(admin_.all(topic + QStringLiteral("/Subscriptions"), Entity::Kind::Subscription), this,
             [answerer](const Result<std::vector<Entity>>& all) {
                 answerer.answer(all ? Result<std::vector<EntityFacts>>(factsOf(*all))
                                     : failure(all.error()));
             });
    return answerer.future();
}

QFuture<Result<EntityFacts>> AtomAdmin::entity(const QString& path) {
    const Answerer<EntityFacts> answerer;
    whenDone(admin_.entity(entityPath(path).entity), this, [answerer](const Result<Entity>& entity) {
        answerer.answer(entity ? Result<EntityFacts>(entityFacts(*entity)) : failure(entity.error()));
    });
    return answerer.future();
}

QFuture<Result<EntityFacts>> AtomAdmin::setStatus(const QString& path, BusEntity::Status status) {
    const Answerer<EntityFacts> answerer;
    const QString entityName = entityPath(path).entity;
    whenDone(admin_.entity(entityName), this,
             [this, answerer, entityName, status](const Result<Entity>& entity) {
                 if (!entity) {
                     answerer.answer(failure(entity.error()));
                     return;
                 }
                 XmlNode description = entity->entry.description;
                 writeTargets(description, host_);
                 setField(description, QStringLiteral("Status"), serviceStatus(status));
                 whenDone(admin_.put(entityName, description, NamespaceAdmin::Put::Over), this,
                          [answerer, entityName, status](const Result<Entity>& kept) {
                              if (!kept) {
                                  answerer.answer(failure(kept.error()));
                                  return;
                              }
                              const EntityFacts facts = entityFacts(*kept);
                              if (facts.status != status)
                                  answerer.answer(failure(notKept(entityName, entityStatusWord(status),
                                                                  entityStatusWord(facts.status))));
                              else
                                  answerer.answer(facts);
                          });
             });
    return answerer.future();
}

QFuture<Result<void>> AtomAdmin::remove(const QString& path) {
    const EntityPath parts = entityPath(path);
    if (parts.subQueue != SubQueue::None)
        return readyFuture<Result<void>>(
            failure(ErrorKind::Invalid, QStringLiteral("%1 belongs to %2 and goes with it; it is not deleted "
                                                       "alone.")
                                            .arg(path, parts.entity)));
    return admin_.remove(parts.entity);
}

QFuture<Result<std::vector<BusRule>>> AtomAdmin::rules(const QString& subscription) {
    const Answerer<std::vector<BusRule>> answerer;
    whenDone(admin_.all(subscription + QStringLiteral("/Rules"), Entity::Kind::Rule), this,
             [answerer](const Result<std::vector<Entity>>& all) {
                 if (!all) {
                     answerer.answer(failure(all.error()));
                     return;
                 }
                 std::vector<BusRule> rules;
                 for (const Entity& entity : *all)
                     rules.push_back(busRule(entity.entry));
                 std::sort(rules.begin(), rules.end(),
                           [](const BusRule& a, const BusRule& b) { return a.name < b.name; });
                 answerer.answer(std::move(rules));
             });
    return answerer.future();
}

QFuture<Result<void>> AtomAdmin::addRule(const QString& subscription, const BusRule& rule) {
    XmlNode description = emptyRule(rule.name);
    setRule(description, rule);
    const Answerer<void> answerer;
    whenDone(admin_.put(rulePath(subscription, rule.name), description, NamespaceAdmin::Put::New), this,
             [answerer](const Result<Entity>& kept) {
                 answerer.answer(kept ? Result<void>() : Result<void>(failure(kept.error())));
             });
    return answerer.future();
}

QFuture<Result<void>> AtomAdmin::replaceRule(const QString& subscription, const BusRule& rule) {
    const Answerer<void> answerer;
    const QString path = rulePath(subscription, rule.name);
    whenDone(admin_.entity(path), this, [this, answerer, path, rule](const Result<Entity>& old) {
        if (!old) {
            answerer.answer(failure(old.error()));
            return;
        }
        XmlNode description = old->entry.description;
        setRule(description, rule);
        whenDone(
            admin_.put(path, description, NamespaceAdmin::Put::Over), this,
            [answerer, rule](const Result<Entity>& kept) {
                if (kept) {
                    answerer.answer({});
                    return;
                }
                Error error = kept.error();
                if (error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::Conflict)
                    error.summary += QStringLiteral(
                        " The rule was not changed. In its place add one of another name first, then "
                        "delete this one: so no message is missed, though both take what comes between.");
                answerer.answer(failure(std::move(error)));
            });
    });
    return answerer.future();
}

QFuture<Result<void>> AtomAdmin::removeRule(const QString& subscription, const QString& name) {
    return admin_.remove(rulePath(subscription, name));
}

} // namespace signalbox::servicebus
