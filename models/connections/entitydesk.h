// Changes of entities and of the rules of subscriptions: each is allowed by a permit, looked at before it is
// done, and on record before and after. GUI (or main) thread; futures complete there.
#pragma once

#include "models/base/audittrail.h"
#include "models/base/clock.h"
#include "models/base/writepermit.h"
#include "models/messaging/brokergateway.h"
#include "models/messaging/entityadmin.h"

#include <QPointer>
#include <functional>

class QJsonObject;

namespace signalbox {

// What goes when an entity is deleted. No copy of it is kept.
struct EntityLoss {
    EntityFacts entity;
    std::vector<EntityFacts> subscriptions; // of a topic
    std::vector<BusRule> rules;             // of a subscription
    qint64 messages() const;                // in all of them; -1: nothing is told
    // Of some no count is told, so that there may be more.
    bool isWhole() const;
};

struct EntityChange {
    EntityFacts before, after;
    bool isNone() const { return before.status == after.status; }
};

class EntityDesk : public QObject {
    Q_OBJECT
public:
    EntityDesk(AuditTrail& audit, const Clock& clock, QString actor, QObject* parent = nullptr);

    struct Scene {
        QPointer<BrokerGateway> gateway;
        QString connection; // its name
        WritePermit permit;
        QString reason; // empty: the permit's
    };
    // Asks only. Unsupported: this broker's entities cannot be changed from here.
    QFuture<Result<std::vector<EntityFacts>>> entities(BrokerGateway& gateway);
    QFuture<Result<EntityFacts>> entity(BrokerGateway& gateway, const QString& path);
    QFuture<Result<EntityLoss>> loss(BrokerGateway& gateway, const QString& path);
    // Invalid: it has no rules, for it is no subscription.
    QFuture<Result<std::vector<BusRule>>> rules(BrokerGateway& gateway, const QString& subscription);

    // NotAllowed: the permit has ended. Storage: the audit trail cannot be written, and nothing was done.
    QFuture<Result<EntityChange>> setStatus(const Scene& scene, const QString& path,
                                            BusEntity::Status status);
    // `told` is what the person has agreed to lose: Conflict where more than that would go by now. `typed` is
    // the entity's name, letter for letter.
    QFuture<Result<EntityLoss>> remove(const Scene& scene, const EntityLoss& told, const QString& typed);
    QFuture<Result<void>> addRule(const Scene& scene, const QString& subscription, const BusRule& rule);
    QFuture<Result<void>> replaceRule(const Scene& scene, const QString& subscription, const BusRule& rule);
    // Without its last rule a subscription gets nothing any more: that has to be meant.
    enum class LastRule { Keep, MayGo };
    QFuture<Result<void>> removeRule(const Scene& scene, const QString& subscription, const QString& name,
                                     LastRule last);
    static QString lastRuleWords(const QString& subscription);

private:
    struct Act;
    Result<EntityAdmin*> allowed(const Scene& scene) const;
    Result<void> record(const Scene& scene, const Act& act, const QString& step, const QString& outcome,
                        const QJsonObject& detail);
    template<class T, class Do>
    void carryOut(const Scene& scene, const Act& act, const QJsonObject& before, Do work,
                  const std::function<void(Result<T>)>& then);
    void changeRule(const Scene& scene, const Act& act, const QString& subscription, const QString& name,
                    const std::function<Result<void>(const std::vector<BusRule>&)>& check,
                    const std::function<QFuture<Result<void>>(EntityAdmin&)>& work, const QJsonObject& after,
                    const std::function<void(Result<void>)>& then);

    AuditTrail& audit_;
    const Clock& clock_;
    const QString actor_;
};

} // namespace signalbox
