// Structure of a broker (exchanges, bindings, queues' dead-letter settings) and the pure question
// "which queues get a copy of this message?".
#pragma once

#include "models/messaging/entityref.h"
#include "models/messaging/headervalue.h"

#include <QHash>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace signalbox {

struct ExchangeInfo {
    QString name; // empty = default exchange
    QString type; // direct, topic, fanout, headers, x-...
    bool internal = false;
    QString alternate; // effective alternate exchange: argument, else policy; empty = none
    bool operator==(const ExchangeInfo&) const = default;
};

struct BindingInfo {
    QString source;
    QString destination;
    bool toExchange = false;
    QString key;
    HeaderTable arguments; // headers exchange: x-match and the values
    bool operator==(const BindingInfo&) const = default;
};

struct DeadLetterEdge {
    QString queue;
    QString exchange;                  // dead-letter exchange, "" = default exchange
    std::optional<QString> routingKey; // nullopt: original keys are kept
    QString strategy;                  // at-most-once, at-least-once
    QString from;                      // "argument", or "policy <name>"
    bool operator==(const DeadLetterEdge&) const = default;
};

// Of a queue that does not keep everything it is given; -1: without that bound.
struct QueueBounds {
    QString queue;
    qint64 messageTtlMs = -1;
    qint64 maxLength = -1;
    qint64 maxLengthBytes = -1;
    bool refusesMore = false; // when it is full; else it drops the oldest
    bool operator==(const QueueBounds&) const = default;
};

struct BusTopology;

struct RoutingTable {
    bool known = false; // false: no management API, nothing below can be trusted
    // Not null: the connection is Service Bus, which has no exchanges; its structure is this. Shared, because
    // plans copy the table.
    std::shared_ptr<const BusTopology> bus;
    std::vector<ExchangeInfo> exchanges;
    std::vector<BindingInfo> bindings;
    QStringList queues;
    std::vector<DeadLetterEdge> deadLetterEdges;
    std::vector<QueueBounds> bounds;
    bool operator==(const RoutingTable&) const = default;
};

struct RouteResult {
    QStringList queues; // sorted, each once
    bool exchangeExists = false;
    bool viaAlternate = false; // at least one copy went by an alternate exchange
    bool unknownType = false;  // an exchange of a type we cannot evaluate was met; queues may be incomplete
};

// RabbitMQ's routing rules: direct, topic (* and #), fanout, headers (all, any, all-with-x, any-with-x),
// default exchange, exchange-to-exchange bindings (cycles are fine), alternate exchanges. `keys` are the
// routing key followed by the values of the CC and BCC headers.
// Source: rabbitmq.com documentation "Exchange to Exchange Bindings", "Alternate Exchanges",
// "Sender-selected".
RouteResult route(const RoutingTable& table, const QString& exchange, const QStringList& keys,
                  const HeaderTable& headers);

} // namespace signalbox
