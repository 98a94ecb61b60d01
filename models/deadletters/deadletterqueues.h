// Which queues hold dead letters, and how we know. Pure.
#pragma once

#include "models/messaging/brokergateway.h"
#include "models/messaging/conventions.h"

#include <QSet>

namespace signalbox {

struct DeadLetterEvidence {
    enum class Kind { Pinned, Edge, Convention, Seen, Unpinned, None };
    Kind kind = Kind::None;
    QString
        text; // "dead letters of orders, billing (argument)", "MassTransit error queue", "pinned by you" ...
    QStringList sources; // queues whose dead letters arrive here
    bool operator==(const DeadLetterEvidence&) const = default;
};

struct DeadLetterQueue {
    QueueInfo queue;
    DeadLetterEvidence evidence;
    bool holdsDeadLetters() const {
        return evidence.kind != DeadLetterEvidence::Kind::None &&
               evidence.kind != DeadLetterEvidence::Kind::Unpinned;
    }
};

// `pins`: queue name -> pinned (true) or unpinned (false). Edges are followed through exchanges, bindings and
// alternate exchanges. `seen`: queues whose messages had death headers (x-death or a framework's) when they
// were read.
std::vector<DeadLetterQueue> classifyQueues(const std::vector<QueueInfo>& queues, const RoutingTable& routing,
                                            const Conventions& conventions, const QHash<QString, bool>& pins,
                                            const QSet<QString>& seen = {});

// What reading a queue does to it, told before anybody reads. Pure.
struct BrowseNotice {
    enum class Level { Harmless, Notice, Warning, Forbidden };
    Level level = Level::Notice;
    QStringList lines; // sentences for people
    int remainingBudget =
        -1; // quorum queues with a delivery limit: reads left for the oldest message, if known
};
// `highestDeliveryCount`: seen at an earlier reading, -1 unknown.
BrowseNotice browseNotice(const QueueInfo& queue, qint64 limit, int highestDeliveryCount);

} // namespace signalbox
