// Structure of a Service Bus namespace (queues, topics, subscriptions with their rules, forwarding) and the
// pure question "who gets a copy of this message?". Never guessed: what cannot be judged here is told apart
// from what is known.
// Source: Azure's documentation "Topics and subscriptions", "Topic filters and actions", "Chaining Service
// Bus entities with autoforwarding".
#pragma once

#include "models/messaging/message.h"

#include <QHash>
#include <QMap>
#include <QStringList>
#include <functional>

namespace signalbox {

struct BusRule {
    enum class Kind { Always, Never, Sql, Correlation, Unknown };
    QString name;
    Kind kind = Kind::Unknown;
    QString sql;                // of Sql: the condition
    QMap<QString, QString> own; // of Correlation: by the service's names, "CorrelationId", "Label" ...
    HeaderTable properties;     // of Correlation: application properties with their types
    bool hasAction = false;     // changes its copy of the message
    QString action = {};        // what it does, as SQL; empty: nothing, or it is not understood
    bool operator==(const BusRule&) const = default;
};

struct BusEntity {
    enum class Kind { Queue, Topic, Subscription };
    enum class Status { Active, Disabled, SendDisabled, ReceiveDisabled };
    QString path; // "orders", "events", "events/Subscriptions/audit"
    Kind kind = Kind::Queue;
    Status status = Status::Active;
    bool requiresSession = false;
    bool detectsDuplicates = false;
    qint64 duplicateWindowMs = 600000;
    qint64 timeToLiveMs = -1;    // default and bound of its messages' time to live; -1: for ever
    int maxDeliveryCount = -1;   // -1: none, or not told
    qint64 lockMs = -1;          // -1: none, or not told
    qint64 maxMessageBytes = -1; // encoded, of one message; -1: not known
    QString forwardTo;           // path of a queue or topic; empty: it keeps its messages
    bool partitioned = false;
    std::vector<BusRule> rules; // of a subscription; none: it gets nothing
    bool operator==(const BusEntity&) const = default;
};

struct BusTopology {
    QString tier; // "Standard", "Premium" ...; empty: not known
    std::vector<BusEntity> entities;
    // Bytes of a message as they go over the wire; null: not known.
    std::function<qint64(const Message&)> encodedSize;
};

// "events" of "events/Subscriptions/audit"; empty: no subscription's path.
QString topicOf(const QString& path);
// "orders/$DeadLetterQueue": no entity of its own, takes no messages, dead-letters nothing.
bool isSubQueue(const QString& path);
bool isSameEntity(const QString& a, const QString& b); // names have no case

// A topology made ready for many questions; it has to outlive the map.
class BusMap {
public:
    explicit BusMap(const BusTopology& topology);
    const BusEntity* find(const QString& path) const; // nullptr: none
    const std::vector<const BusEntity*>& subscriptionsOf(const QString& topic) const;

private:
    QHash<QString, const BusEntity*> entities_;
    QHash<QString, std::vector<const BusEntity*>> subscriptions_;
};

struct BusReceiver {
    QString entity; // queue or subscription in which a copy stays
    qint64 copies = 1;
    bool operator==(const BusReceiver&) const = default;
};

struct BusPass { // an entity that a copy comes to on its way
    const BusEntity* entity = nullptr;
    bool isSure = true; // false: perhaps
};

struct BusStop { // a copy that reaches no receiver
    QString entity;
    QString reason; // "forwards to gone, which does not exist"
    bool isSure = true;
    bool operator==(const BusStop&) const = default;
};

struct BusRoute {
    enum class Trouble { None, Missing, NoTarget /* nobody can send there */, Disabled };
    Trouble trouble = Trouble::None;    // of the address itself: nothing else is filled then
    std::vector<BusReceiver> receivers; // sorted by name
    std::vector<BusReceiver> possible;  // perhaps, with the most copies there can be
    std::vector<BusReceiver> first;     // of a topic: its own subscriptions that surely take it
    QStringList firstPossible;          // ... and those that perhaps do
    std::vector<BusPass> passes;        // each entity once, the address first
    std::vector<BusStop> stops;
    QStringList unknown; // why something is only possible: "rule big of events/Subscriptions/audit: ..."
    QStringList notes;   // what a person should know: forwarding, disabled receivers, rule actions
};

// `address`: a queue or topic. Chains are followed as the service does: the fifth forwarding dead-letters.
// All rules of a subscription without an action give one copy together, each matching one with an action a
// copy of its own, which later hops may judge otherwise.
class SqlFilters;
BusRoute busRoute(const BusMap& map, SqlFilters& filters, const QString& address, const Message& message);

} // namespace signalbox
