#include "models/deadletters/deadletterqueues.h"

#include "models/deadletters/deadletterroutes.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype namedSources = 5;

struct Arrival { // dead letters of a queue come in
    QString source;
    QString from; // argument, policy x
};

// Arrows from a queue to where its dead letters go.
class EdgeMap {
public:
    EdgeMap(const std::vector<QueueInfo>& queues, const RoutingTable& routing) {
        for (const QueueInfo& queue : queues)
            queues_.insert(queue.ref.name, &queue);
        QHash<QString, DeadLetterEdge> edges;
        for (const DeadLetterEdge& edge : routing.deadLetterEdges)
            edges.insert(edge.queue, edge);
        for (const QueueInfo& queue : queues) {
            if (!queue.deadLetter)
                continue;
            DeadLetterEdge edge = *queue.deadLetter; // fresher than the table
            edge.queue = queue.ref.name;
            edges.insert(edge.queue, edge);
        }
        DeadLetterRoutes routes(routing);
        for (const DeadLetterEdge& edge : std::as_const(edges)) {
            from_.insert(edge.queue, edge.from);
            targets_.insert(edge.queue, routes.targetsOf(edge));
        }
    }

    QHash<QString, std::vector<Arrival>> arrivals() const {
        QHash<QString, std::vector<Arrival>> all;
        QStringList sources = targets_.keys();
        sources.sort();
        for (const QString& source : std::as_const(sources)) {
            for (const QString& target : targets_.value(source)) {
                if (target != source && !isReturn(source, target))
                    all[target].push_back({source, from_.value(source)});
            }
        }
        return all;
    }

private:
    // Retry and delay queues let messages expire back to where they are worked on: that is no death.
    bool isReturn(const QString& source, const QString& target) const {
        const QueueInfo* waiting = queues_.value(source);
        const QueueInfo* working = queues_.value(target);
        if (!waiting || !working || working->messageTtlMs >= 0)
            return false;
        if (reaches(target, source))
            return waiting->messageTtlMs >= 0 || (waiting->consumers == 0 && working->consumers > 0);
        return waiting->messageTtlMs >= 0 && waiting->consumers == 0 && working->consumers > 0 &&
               targets_.contains(target);
    }

    bool reaches(const QString& from, const QString& to) const {
        QSet<QString> met;
        QStringList open{from};
        while (!open.isEmpty()) {
            const QString queue = open.takeLast();
            for (const QString& next : targets_.value(queue)) {
                if (next == to)
                    return true;
                if (!met.contains(next)) {
                    met.insert(next);
                    open << next;
                }
            }
        }
        return false;
    }

    QHash<QString, const QueueInfo*> queues_;
    QHash<QString, QStringList> targets_;
    QHash<QString, QString> from_;
};

QString edgeText(const std::vector<Arrival>& arrivals) {
    QStringList sources, origins;
    for (const Arrival& arrival : arrivals) {
        sources << arrival.source;
        if (!arrival.from.isEmpty() && !origins.contains(arrival.from))
            origins << arrival.from;
    }
    QString text =
        QStringLiteral("dead letters of ") + sources.mid(0, namedSources).join(QStringLiteral(", "));
    if (sources.size() > namedSources)
        text += QStringLiteral(" and %1 more").arg(sources.size() - namedSources);
    if (!origins.isEmpty())
        text += QStringLiteral(" (%1)").arg(origins.join(QStringLiteral(", ")));
    return text;
}

DeadLetterEvidence evidenceFor(const QueueInfo& queue, const std::vector<Arrival>& arrivals,
                               const Conventions& conventions, const QHash<QString, bool>& pins,
                               const QSet<QString>& seen) {
    using Kind = DeadLetterEvidence::Kind;
    DeadLetterEvidence evidence;
    for (const Arrival& arrival : arrivals)
        evidence.sources << arrival.source;
    if (const auto pin = pins.constFind(queue.ref.name); pin != pins.cend()) {
        evidence.kind = *pin ? Kind::Pinned : Kind::Unpinned;
        evidence.text = *pin ? QStringLiteral("pinned by you") : QStringLiteral("unpinned by you");
    } else if (!queue.deadLettersOf.isEmpty()) {
        evidence.kind = Kind::Edge;
        evidence.text = QStringLiteral("dead letters of %1").arg(queue.deadLettersOf);
        evidence.sources = QStringList{queue.deadLettersOf};
    } else if (!arrivals.empty()) {
        evidence.kind = Kind::Edge;
        evidence.text = edgeText(arrivals);
    } else if (const QString framework = conventionOf(queue.ref.name, conventions); !framework.isEmpty()) {
        evidence.kind = Kind::Convention;
        evidence.text = QStringLiteral("%1 error queue").arg(framework);
    } else if (queue.type != QueueType::Stream && seen.contains(queue.ref.name)) {
        // A stream is a log: what passed a retry queue stands in it with its death headers, and is not dead.
        evidence.kind = Kind::Seen;
        evidence.text = QStringLiteral("messages with death headers, seen when it was read");
    }
    return evidence;
}

} // namespace

std::vector<DeadLetterQueue> classifyQueues(const std::vector<QueueInfo>& queues, const RoutingTable& routing,
                                            const Conventions& conventions, const QHash<QString, bool>& pins,
                                            const QSet<QString>& seen) {
    const auto arrivals = EdgeMap(queues, routing).arrivals();
    std::vector<DeadLetterQueue> all;
    all.reserve(queues.size());
    for (const QueueInfo& queue : queues)
        all.push_back({queue, evidenceFor(queue, arrivals.value(queue.ref.name), conventions, pins, seen)});
    return all;
}

} // namespace signalbox
