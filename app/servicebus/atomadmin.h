// Entities and rules changed over the management API (ATOM): every change reads the description, changes what
// is meant and writes all of it back in its order. Lives on the gateway's thread.
#pragma once

#include "app/servicebus/namespaceadmin.h"
#include "models/messaging/entityadmin.h"

namespace signalbox::servicebus {

class AtomAdmin final : public QObject, public EntityAdmin {
    Q_OBJECT
public:
    // `host` of the namespace, for addresses of forwarding. Both outlive it.
    AtomAdmin(NamespaceAdmin& admin, QString host);

    QFuture<Result<std::vector<EntityFacts>>> entities() override;
    QFuture<Result<std::vector<EntityFacts>>> subscriptions(const QString& topic) override;
    QFuture<Result<EntityFacts>> entity(const QString& path) override;
    QFuture<Result<EntityFacts>> setStatus(const QString& path, BusEntity::Status status) override;
    QFuture<Result<void>> remove(const QString& path) override;
    QFuture<Result<std::vector<BusRule>>> rules(const QString& subscription) override;
    QFuture<Result<void>> addRule(const QString& subscription, const BusRule& rule) override;
    QFuture<Result<void>> replaceRule(const QString& subscription, const BusRule& rule) override;
    QFuture<Result<void>> removeRule(const QString& subscription, const QString& name) override;

private:
    NamespaceAdmin& admin_;
    const QString host_;
};

// Of a description; what is nested (counts, authorization rules) is not among its properties.
EntityFacts entityFacts(const Entity& entity);

} // namespace signalbox::servicebus
