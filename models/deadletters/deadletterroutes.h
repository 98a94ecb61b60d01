// Where a queue's dead letters may arrive: its dead-letter edge followed through exchanges, bindings and
// alternate exchanges. Keys that are kept are not known, so every key that can reach the queue is followed.
// Pure; an object is for one thread and one routing table, which must outlive it.
#pragma once

#include "models/messaging/routing.h"

#include <QHash>
#include <QSet>
#include <vector>

namespace signalbox {

class DeadLetterRoutes {
public:
    explicit DeadLetterRoutes(const RoutingTable& routing);

    // Names of queues, sorted; the queue itself may be among them.
    QStringList targetsOf(const DeadLetterEdge& edge);

    // Is there a key that both binding patterns of a topic exchange accept?
    static bool overlap(const QString& a, const QString& b);
    // Does `wide` accept every key that `narrow` accepts? May say no where it does (which follows more).
    static bool covers(const QString& wide, const QString& narrow);

private:
    struct Exchange {
        const ExchangeInfo* info = nullptr;
        QHash<QString, QList<const BindingInfo*>> exact; // by key without wildcards
        QList<const BindingInfo*> patterns;              // topic bindings with wildcards
        QList<const BindingInfo*> all;
    };
    QStringList keysInto(const QString& queue) const;
    void follow(const QString& exchange, const QString& key, QSet<QString>* queues);
    const QSet<QString>& reached(const QString& exchange, const QString& key);

    QHash<QString, Exchange> exchanges_;
    QHash<QString, QStringList> keys_; // queue -> keys of its bindings, as topic patterns
    QSet<QString> queues_;
    QHash<std::pair<QString, QString>, QSet<QString>> known_; // (exchange, key) -> queues
    QSet<std::pair<QString, QString>> met_;                   // of the walk under way
};

} // namespace signalbox
