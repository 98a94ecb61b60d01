// The plan of a replay on Service Bus, where messages go to a queue or topic, subscriptions choose by rules,
// and the service takes messages that it then drops or dead-letters. Pure.
// Sources: Azure's documentation "Duplicate detection", "Message sessions", "Message expiration",
// "Partitioned queues and topics", "Service Bus quotas".
#pragma once

#include "models/messaging/busfilter.h"
#include "models/replay/replayplan.h"

namespace signalbox {

// Judges one message after the other; belongs to one call of planBatch.
class BusPlan {
public:
    explicit BusPlan(const PlanContext& context);

    // Fills receivers, or refuses: true. `out` is the message as it goes out.
    bool refuses(PlanItem& item, const ReplayPlan& plan, const PlanInput& input, const Message& out);
    // The same for ids that the destination may know still; of the message judged last.
    bool refusesDuplicate(PlanItem& item, const ReplayPlan& plan, const PlanInput& input, const Message& out,
                          const JournalMemory& memory) const;
    // The message judged last is part of the run: counts its copies and warns.
    void take(ReplayPlan& plan, const PlanItem& item, const PlanInput& input, const Message& out) const;

    // Of any run that takes from the source: what that means where it has sessions.
    void warnOfTaking(ReplayPlan& plan, const PlanItem& item) const;

private:
    bool refusesRoute(PlanItem& item, const QString& address) const;
    bool refusesOthers(PlanItem& item, const QString& subscription) const;
    bool refusesReceiver(PlanItem& item, const Message& out, qint64 size) const; // -1: not known
    void note(PlanItem& item, const Message& out) const;
    void warn(ReplayPlan& plan, const PlanItem& item, const PlanInput& input, const Message& out) const;

    const PlanContext& context_;
    const BusTopology& topology_;
    BusMap map_;
    SqlFilters filters_;
    BusRoute route_; // of the message judged last
};

// Why Service Bus would refuse it, or nothing.
QString unsendableByServiceBus(const Message& out);
// What duplicate detection of `entity` tells apart: id and, where it is partitioned, the partition's key.
QString duplicateKey(const BusEntity& entity, const Message& message);
// "30 s", "10 min", "1 h 30 min", "14 d"
QString lifeText(qint64 milliseconds);

} // namespace signalbox
