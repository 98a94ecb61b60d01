#include "models/connections/entitydesk.h"

#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/connections/entityaudit.h"
#include "models/messaging/ruledraft.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <type_traits>

namespace signalbox {

namespace {

Error noAdmin() {
    return {
        ErrorKind::Unsupported,
        QStringLiteral("Entities and rules can be changed only of an Azure Service Bus connection with an "
                       "address of the management API."),
        {}};
}

template<class T>
QFuture<Result<T>> refused(Error error) {
    return readyFuture<Result<T>>(failure(std::move(error)));
}

const BusRule* ruleNamed(const std::vector<BusRule>& rules, const QString& name) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&name](const BusRule& rule) {
        return rule.name.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == rules.end() ? nullptr : &*found;
}

Error noSuchRule(const QString& subscription, const QString& name) {
    return {ErrorKind::NotFound, QStringLiteral("%1 has no rule \"%2\".").arg(subscription, name), {}};
}

} // namespace

// What is on record as one act.
struct EntityDesk::Act {
    QString action; // "entity.delete"
    QString subject;
};

qint64 EntityLoss::messages() const {
    qint64 all = entity.messages();
    for (const EntityFacts& each : subscriptions) {
        if (each.messages() >= 0)
            all = std::max<qint64>(all, 0) + each.messages();
    }
    return all;
}

bool EntityLoss::isWhole() const {
    const auto isTold = [](const EntityFacts& facts) { return facts.active >= 0 && facts.deadLetters >= 0; };
    return (entity.kind == BusEntity::Kind::Topic || isTold(entity)) &&
           std::all_of(subscriptions.begin(), subscriptions.end(), isTold);
}

EntityDesk::EntityDesk(AuditTrail& audit, const Clock& clock, QString actor, QObject* parent)
    : QObject(parent)
    , audit_(audit)
    , clock_(clock)
    , actor_(std::move(actor)) {}

QString EntityDesk::lastRuleWords(const QString& subscription) {
    return QStringLiteral("It is the last rule of %1: without any rule the subscription gets no message at "
                          "all.")
        .arg(subscription);
}

Result<EntityAdmin*> EntityDesk::allowed(const Scene& scene) const {
    if (!scene.gateway)
        return failure(ErrorKind::Lost, QStringLiteral("The connection was closed; nothing was changed."));
    EntityAdmin* admin = scene.gateway->entityAdmin();
    if (!admin)
        return failure(noAdmin());
    if (scene.permit.connectionId() != scene.gateway->connectionId())
        return failure(ErrorKind::NotAllowed, QStringLiteral("The permit is for another connection."));
    if (scene.permit.expires().isValid() && scene.permit.expires() <= clock_.now())
        return failure(
            ErrorKind::NotAllowed,
            QStringLiteral("The elevation of %1 has ended; it is read-only again. Elevate it with a "
                           "reason, then try again.")
                .arg(scene.connection));
    return admin;
}

Result<void> EntityDesk::record(const Scene& scene, const Act& act, const QString& step,
                                const QString& outcome, const QJsonObject& detail) {
    AuditEvent event;
    event.actor = actor_;
    event.action = act.action + QLatin1Char('.') + step;
    event.connection = scene.connection;
    event.subject = act.subject;
    event.reason = scene.reason.isEmpty() ? scene.permit.reason() : scene.reason;
    event.outcome = outcome;
    event.detail = QString::fromUtf8(QJsonDocument(detail).toJson(QJsonDocument::Compact));
    return audit_.append(event);
}

// On record, done, on record again. What cannot be put on record is not done; what was done and not recorded
// is told.
template<class T, class Do>
void EntityDesk::carryOut(const Scene& scene, const Act& act, const QJsonObject& before, Do work,
                          const std::function<void(Result<T>)>& then) {
    const auto admin = allowed(scene); // things may have changed while it was asked
    if (!admin) {
        then(failure(admin.error()));
        return;
    }
    if (auto noted = record(scene, act, QStringLiteral("start"), QStringLiteral("ok"), before); !noted) {
        then(failure(std::move(noted.error())));
        return;
    }
    whenDone(work(**admin), this, [this, scene, act, then](Result<T> done) {
        QJsonObject after;
        if constexpr (!std::is_void_v<T>) {
            if (done)
                after = audited(*done);
        }
        auto noted = record(scene, act, QStringLiteral("end"),
                            done ? QStringLiteral("ok") : done.error().summary, after);
        if (done && !noted)
            then(failure(ErrorKind::Storage,
                         QStringLiteral("It was done, but the audit trail could not be written: %1")
                             .arg(noted.error().summary),
                         noted.error().detail));
        else
            then(std::move(done));
    });
}

QFuture<Result<std::vector<EntityFacts>>> EntityDesk::entities(BrokerGateway& gateway) {
    EntityAdmin* admin = gateway.entityAdmin();
    return admin ? admin->entities() : refused<std::vector<EntityFacts>>(noAdmin());
}

QFuture<Result<EntityFacts>> EntityDesk::entity(BrokerGateway& gateway, const QString& path) {
    EntityAdmin* admin = gateway.entityAdmin();
    return admin ? admin->entity(path) : refused<EntityFacts>(noAdmin());
}

QFuture<Result<std::vector<BusRule>>> EntityDesk::rules(BrokerGateway& gateway, const QString& subscription) {
    EntityAdmin* admin = gateway.entityAdmin();
    if (!admin)
        return refused<std::vector<BusRule>>(noAdmin());
    if (topicOf(subscription).isEmpty())
        return refused<std::vector<BusRule>>(
            {ErrorKind::Invalid,
             QStringLiteral(
                 "%1 is no subscription: only subscriptions (TOPIC/Subscriptions/NAME) have rules.")
                 .arg(subscription),
             {}});
    return admin->rules(subscription);
}

QFuture<Result<EntityLoss>> EntityDesk::loss(BrokerGateway& gateway, const QString& path) {
    EntityAdmin* admin = gateway.entityAdmin();
    if (!admin)
        return refused<EntityLoss>(noAdmin());
    const Answerer<EntityLoss> answerer;
    const QPointer<BrokerGateway> alive(&gateway);
    whenDone(admin->entity(path), this, [this, answerer, alive](const Result<EntityFacts>& facts) {
        if (!facts || facts->kind == BusEntity::Kind::Queue) {
            answerer.answer(facts ? Result<EntityLoss>(EntityLoss{*facts, {}, {}}) : failure(facts.error()));
            return;
        }
        EntityAdmin* again = alive ? alive->entityAdmin() : nullptr;
        if (!again)
            answerer.answer(failure(ErrorKind::Lost, QStringLiteral("The connection was closed.")));
        else if (facts->kind == BusEntity::Kind::Topic)
            whenDone(again->subscriptions(facts->path), this,
                     [answerer, topic = *facts](const Result<std::vector<EntityFacts>>& parts) {
                         answerer.answer(parts ? Result<EntityLoss>(EntityLoss{topic, *parts, {}})
                                               : failure(parts.error()));
                     });
        else
            whenDone(again->rules(facts->path), this,
                     [answerer, subscription = *facts](const Result<std::vector<BusRule>>& rules) {
                         answerer.answer(rules ? Result<EntityLoss>(EntityLoss{subscription, {}, *rules})
                                               : failure(rules.error()));
                     });
    });
    return answerer.future();
}

QFuture<Result<EntityChange>> EntityDesk::setStatus(const Scene& scene, const QString& path,
                                                    BusEntity::Status status) {
    const auto admin = allowed(scene);
    if (!admin)
        return refused<EntityChange>(admin.error());
    const Answerer<EntityChange> answerer;
    whenDone((*admin)->entity(path), this,
             [this, answerer, scene, path, status](const Result<EntityFacts>& before) {
                 if (!before || before->status == status) {
                     answerer.answer(before ? Result<EntityChange>(EntityChange{*before, *before})
                                            : failure(before.error()));
                     return;
                 }
                 QJsonObject detail = audited(*before);
                 detail.insert(QStringLiteral("statusAsked"), entityStatusWord(status));
                 carryOut<EntityFacts>(
                     scene, {QStringLiteral("entity.status"), before->path}, detail,
                     [path, status](EntityAdmin& now) { return now.setStatus(path, status); },
                     [answerer, was = *before](Result<EntityFacts> after) {
                         answerer.answer(after ? Result<EntityChange>(EntityChange{was, *after})
                                               : failure(after.error()));
                     });
             });
    return answerer.future();
}

QFuture<Result<EntityLoss>> EntityDesk::remove(const Scene& scene, const EntityLoss& told,
                                               const QString& typed) {
    const auto admin = allowed(scene);
    if (!admin)
        return refused<EntityLoss>(admin.error());
    const QString path = told.entity.path;
    if (typed != path)
        return refused<EntityLoss>(
            {ErrorKind::Invalid,
             QStringLiteral("The typed name is not the entity's name. Type \"%1\" letter for letter.")
                 .arg(path),
             {}});
    const Answerer<EntityLoss> answerer;
    whenDone(
        loss(*scene.gateway, path), this, [this, answerer, scene, told, path](const Result<EntityLoss>& now) {
            if (!now) {
                answerer.answer(failure(now.error()));
                return;
            }
            if (now->messages() > told.messages() || now->subscriptions.size() > told.subscriptions.size()) {
                answerer.answer(failure(
                    ErrorKind::Conflict,
                    QStringLiteral("%1 holds more by now (%2 messages, %3 subscriptions) than was agreed to "
                                   "lose. Nothing was deleted; look again.")
                        .arg(path)
                        .arg(std::max<qint64>(now->messages(), 0))
                        .arg(now->subscriptions.size())));
                return;
            }
            carryOut<void>(
                scene, {QStringLiteral("entity.delete"), path}, audited(*now),
                [path](EntityAdmin& then) { return then.remove(path); },
                [answerer, lost = *now](Result<void> done) {
                    answerer.answer(done ? Result<EntityLoss>(lost) : failure(done.error()));
                });
        });
    return answerer.future();
}

void EntityDesk::changeRule(const Scene& scene, const Act& act, const QString& subscription,
                            const QString& name,
                            const std::function<Result<void>(const std::vector<BusRule>&)>& check,
                            const std::function<QFuture<Result<void>>(EntityAdmin&)>& work,
                            const QJsonObject& after, const std::function<void(Result<void>)>& then) {
    const auto admin = allowed(scene);
    if (!admin) {
        then(failure(admin.error()));
        return;
    }
    whenDone(rules(*scene.gateway, subscription), this, [=, this](const Result<std::vector<BusRule>>& now) {
        auto fine = now ? check(*now) : Result<void>(failure(now.error()));
        if (!fine) {
            then(std::move(fine));
            return;
        }
        QJsonObject detail;
        if (const BusRule* old = ruleNamed(*now, name))
            detail.insert(QStringLiteral("before"), audited(*old));
        if (!after.isEmpty())
            detail.insert(QStringLiteral("after"), after);
        detail.insert(QStringLiteral("rulesBefore"), static_cast<int>(now->size()));
        carryOut<void>(scene, act, detail, work, then);
    });
}

QFuture<Result<void>> EntityDesk::addRule(const Scene& scene, const QString& subscription,
                                          const BusRule& rule) {
    const Answerer<void> answerer;
    changeRule(
        scene, {QStringLiteral("rule.add"), subscription + QStringLiteral("/Rules/") + rule.name},
        subscription, rule.name,
        [subscription, rule](const std::vector<BusRule>& now) -> Result<void> {
            if (ruleNamed(now, rule.name))
                return failure(
                    ErrorKind::Conflict,
                    QStringLiteral("%1 has a rule \"%2\" already; replace that, or give another name.")
                        .arg(subscription, rule.name));
            return {};
        },
        [subscription, rule](EntityAdmin& admin) { return admin.addRule(subscription, rule); }, audited(rule),
        [answerer](Result<void> done) { answerer.answer(std::move(done)); });
    return answerer.future();
}

QFuture<Result<void>> EntityDesk::replaceRule(const Scene& scene, const QString& subscription,
                                              const BusRule& rule) {
    const Answerer<void> answerer;
    changeRule(
        scene, {QStringLiteral("rule.replace"), subscription + QStringLiteral("/Rules/") + rule.name},
        subscription, rule.name,
        [subscription, rule](const std::vector<BusRule>& now) -> Result<void> {
            if (!ruleNamed(now, rule.name))
                return failure(noSuchRule(subscription, rule.name));
            return {};
        },
        [subscription, rule](EntityAdmin& admin) { return admin.replaceRule(subscription, rule); },
        audited(rule), [answerer](Result<void> done) { answerer.answer(std::move(done)); });
    return answerer.future();
}

QFuture<Result<void>> EntityDesk::removeRule(const Scene& scene, const QString& subscription,
                                             const QString& name, LastRule last) {
    const Answerer<void> answerer;
    changeRule(
        scene, {QStringLiteral("rule.delete"), subscription + QStringLiteral("/Rules/") + name}, subscription,
        name,
        [subscription, name, last](const std::vector<BusRule>& now) -> Result<void> {
            if (!ruleNamed(now, name))
                return failure(noSuchRule(subscription, name));
            if (now.size() == 1 && last == LastRule::Keep)
                return failure(ErrorKind::Invalid,
                               lastRuleWords(subscription) +
                                   QStringLiteral(" Nothing was deleted; it has to be asked "
                                                  "for in so many words."));
            return {};
        },
        [subscription, name](EntityAdmin& admin) { return admin.removeRule(subscription, name); }, {},
        [answerer](Result<void> done) { answerer.answer(std::move(done)); });
    return answerer.future();
}

} // namespace signalbox
