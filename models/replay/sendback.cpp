#include "models/replay/sendback.h"

#include "models/messaging/bustopology.h"

namespace signalbox {

namespace {

constexpr int mostForwards = 4; // the service dead-letters at the fifth

// The one that would drop what it knows; null: none on the way.
const BusEntity* detectorOf(const BusMap& map, const BusEntity* entity) {
    for (int hop = 0; entity && hop <= mostForwards; ++hop) {
        if (entity->detectsDuplicates)
            return entity;
        entity = entity->forwardTo.isEmpty() ? nullptr : map.find(entity->forwardTo);
    }
    return nullptr;
}

} // namespace

QString sendBackChanges() {
    return QStringLiteral(
        "They are sent as they were, but persistent, without CC and BCC (which would copy them "
        "elsewhere) and without the user-id of somebody else (which the broker would refuse).");
}

SendBackJudgement judgeSendBack(const RoutingTable& routing, const QString& entity) {
    SendBackJudgement judgement;
    if (!routing.bus)
        return judgement;
    if (entity.contains(QLatin1String("/$"))) {
        judgement.refusal =
            QStringLiteral("Nothing can be sent to a dead-letter queue of Service Bus (%1).").arg(entity);
        return judgement;
    }
    if (const QString topic = topicOf(entity); !topic.isEmpty()) {
        judgement.refusal =
            QStringLiteral("Nothing can be sent to a subscription (%1), only to its topic, which "
                           "gives a copy to every subscription whose rules match. Export the copies "
                           "and import them to %2 if that is what you want.")
                .arg(entity, topic);
        return judgement;
    }
    if (!routing.known) {
        judgement.notice =
            QStringLiteral("Whether %1 detects duplicates is not known here (that needs the right "
                           "Manage): it would accept and drop a message whose id it still knows.")
                .arg(entity);
        return judgement;
    }
    const BusMap map(*routing.bus);
    const BusEntity* found = map.find(entity);
    if (!found) {
        judgement.refusal = QStringLiteral("There is no %1 in the namespace.").arg(entity);
        return judgement;
    }
    if (const BusEntity* detector = detectorOf(map, found)) {
        judgement.newMessageIds = true;
        judgement.notice =
            QStringLiteral("%1 detects duplicates and would drop a message whose id it still knows: "
                           "each is sent with a new message id.")
                .arg(detector->path);
    }
    return judgement;
}

} // namespace signalbox
