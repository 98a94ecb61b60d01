// What the commands on entities and rules of a namespace share: connection, desk, permit, and how they are
// printed.
#pragma once

#include "app/cli/session.h"
#include "models/connections/entitydesk.h"

namespace signalbox {

struct EntityWork {
    ConnectionProfile profile;
    BrokerGateway* gateway = nullptr;
    std::shared_ptr<EntityDesk> desk;
    std::optional<WritePermit> permit; // of a change

    EntityDesk::Scene scene(const std::string& reason) const;
};

// To look only; connected. Unsupported where a broker has no such entities is the desk's answer.
Result<EntityWork> entityWork(Session& session, const std::string& connection);
// To change something: NotAllowed, before anything is connected, says how to elevate.
Result<EntityWork> entityChange(Session& session, const std::string& connection);

namespace shapes {
QJsonObject entity(const EntityFacts& facts, bool withSettings);
QJsonObject rule(const BusRule& rule);
} // namespace shapes

QString countText(qint64 count); // "?" where it is not known

} // namespace signalbox
