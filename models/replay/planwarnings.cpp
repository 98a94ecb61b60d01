#include "models/replay/planwarnings.h"

namespace signalbox {
namespace {

void warn(ReplayPlan& plan, const QString& text) {
    if (!plan.warnings.contains(text))
        plan.warnings << text;
}

const DeadLetterEdge* edgeOf(const RoutingTable& table, const QString& queue) {
    for (const DeadLetterEdge& edge : table.deadLetterEdges) {
        if (edge.queue == queue)
            return &edge;
    }
    return nullptr;
}

QStringList deadLetterTargets(const RoutingTable& table, const DeadLetterEdge& edge,
                              const QStringList& keys) {
    const QStringList used = edge.routingKey ? QStringList{*edge.routingKey} : keys;
    return route(table, edge.exchange, used, {}).queues;
}

// Through the default exchange a message's routing key is the queue's name, and a dead-letter exchange
// without a key of its own routes by that. Source: rabbitmq.com "Dead Letter Exchanges", routing.
void warnNextDeath(ReplayPlan& plan, const RoutingTable& table, const QString& queue) {
    const DeadLetterEdge* edge = edgeOf(table, queue);
    if (!edge) {
        warn(plan, QStringLiteral(
                       "Queue %1 has no dead-letter exchange: a message that fails there again is dropped.")
                       .arg(queue));
        return;
    }
    if (edge->routingKey)
        return;
    const QStringList next = deadLetterTargets(table, *edge, {queue});
    if (next.isEmpty()) {
        warn(plan,
             QStringLiteral(
                 "Queue %1 dead-letters without a key of its own: a message that fails again is routed by "
                 "the key %1, which no binding of exchange %2 takes, and it would be lost. "
                 "Replay to the original exchange instead.")
                 .arg(queue, edge->exchange));
    } else {
        warn(plan,
             QStringLiteral("Queue %1 dead-letters without a key of its own: a message that fails again is "
                            "routed by the key %1 and goes to %2.")
                 .arg(queue, next.join(QStringLiteral(", "))));
    }
}

// The broker confirms what it takes, and keeps it only as long as the queue's bounds allow.
void warnBounds(ReplayPlan& plan, const RoutingTable& table, const QString& queue) {
    for (const QueueBounds& bounds : table.bounds) {
        if (bounds.queue != queue)
            continue;
        const QString fate = edgeOf(table, queue) ? QStringLiteral("dead-letters") : QStringLiteral("drops");
        if (bounds.messageTtlMs >= 0)
            warn(plan, QStringLiteral("Queue %1 %2 what nobody has taken within %3 ms.")
                           .arg(queue, fate)
                           .arg(bounds.messageTtlMs));
        if (bounds.refusesMore)
            continue; // told message by message
        if (bounds.maxLength >= 0)
            warn(plan, QStringLiteral("Queue %1 holds at most %2 messages and %3 the oldest when more come.")
                           .arg(queue)
                           .arg(bounds.maxLength)
                           .arg(fate));
        if (bounds.maxLengthBytes >= 0)
            warn(plan, QStringLiteral("Queue %1 holds at most %2 bytes and %3 the oldest when more come.")
                           .arg(queue)
                           .arg(bounds.maxLengthBytes)
                           .arg(fate));
    }
}

// A dead-letter cycle that a message passes without any rejection is cut by dropping the message.
void warnCycle(ReplayPlan& plan, const RoutingTable& table, const QString& queue, const QStringList& keys) {
    QStringList seen;
    QStringList open{queue};
    while (!open.isEmpty()) {
        const QString current = open.takeFirst();
        const DeadLetterEdge* edge = edgeOf(table, current);
        if (!edge)
            continue;
        for (const QString& next : deadLetterTargets(table, *edge, keys)) {
            if (next == queue) {
                warn(plan, QStringLiteral(
                               "Dead letters of queue %1 come back to it: a message that goes round only "
                               "because it expires, without a rejection, is dropped by the broker.")
                               .arg(queue));
                return;
            }
            if (!seen.contains(next)) {
                seen << next;
                open << next;
            }
        }
    }
}

} // namespace

void addWarnings(ReplayPlan& plan, const PlanContext& context, const PlanItem& item, const PlanInput& input,
                 QSet<QString>& examined) {
    const ReplayOptions& options = plan.options;
    if (!item.receiversKnown) {
        warn(plan,
             QStringLiteral(
                 "Which queues will get a copy is not known here: the management API is needed to tell. "
                 "A message that no queue takes stays where it is."));
    }
    if (item.receivers.size() > 1) {
        warn(plan, QStringLiteral("Several queues will get a copy: %1.")
                       .arg(item.receivers.join(QStringLiteral(", "))));
    }
    if (item.receivers.contains(context.source.name)) {
        warn(plan,
             QStringLiteral("A copy comes back to %1, the queue it is taken from.").arg(context.source.name));
    }
    if (options.deathHeaders == KeepOrStrip::Keep && !input.facts.path.empty()) {
        warn(plan, QStringLiteral(
                       "x-death is kept: a consumer that reads its count as a retry limit may reject the "
                       "message at once."));
    }
    if (options.restoreExpiration && input.facts.reason == QLatin1String("expired")) {
        warn(plan, QStringLiteral(
                       "Messages that died of expiry get their old expiration back and may expire again."));
    }
    if (options.priority == KeepOrStrip::Keep && input.message.properties.priority) {
        warn(plan,
             QStringLiteral("Priorities are kept: whether they change the order at the receiver depends "
                            "on that queue's type and arguments."));
    }
    if (context.sourceIsStream) {
        warn(plan, QStringLiteral("The source is a stream: copies are sent and nothing is removed from it."));
    }
    if (!context.routing.known)
        return;
    const bool byQueueName = item.exchange.isEmpty();
    const QString key = QString::fromUtf8(item.routingKey);
    for (const QString& receiver : item.receivers) {
        const QString question = receiver + QChar(0) + key + QChar(0) + (byQueueName ? QChar(1) : QChar(2));
        if (examined.contains(question))
            continue;
        examined.insert(question);
        warnBounds(plan, context.routing, receiver);
        if (byQueueName)
            warnNextDeath(plan, context.routing, receiver);
        warnCycle(plan, context.routing, receiver, {key});
    }
}

void warnDoubt(ReplayPlan& plan, const QString& run) {
    warn(plan,
         QStringLiteral("Run %1 ended with messages in doubt that are among these: look at the receiver "
                        "whether they arrived, then decide in that run (Replays, or signalbox replay "
                        "decide).")
             .arg(run));
}

} // namespace signalbox
