#include "app/rabbitmq/managementshapes.h"

#include <QHash>
#include <QSet>
#include <algorithm>

namespace signalbox::rabbitmq {

namespace {

QueueType typeOf(const Json& queue) {
    QString word = text(queue, "type");
    if (word.isEmpty())
        word = text(at(queue, "arguments"), "x-queue-type");
    if (word == QLatin1String("classic"))
        return QueueType::Classic;
    if (word == QLatin1String("quorum"))
        return QueueType::Quorum;
    return word == QLatin1String("stream") ? QueueType::Stream : QueueType::Unknown;
}

// An argument, else the effective policy (operator policies are merged into it by the broker).
const Json& setting(const Json& queue, const char* argument, const char* policy) {
    const Json& own = at(at(queue, "arguments"), argument);
    return own.is_null() ? at(at(queue, "effective_policy_definition"), policy) : own;
}

// Numeric limits of argument and policy apply together: the smaller one counts.
qint64 smallerSetting(const Json& queue, const char* argument, const char* policy) {
    const qint64 own = integer(at(queue, "arguments"), argument, -1);
    const qint64 given = integer(at(queue, "effective_policy_definition"), policy, -1);
    return own < 0 ? given : given < 0 ? own : std::min(own, given);
}

// Since 4.0 a quorum queue has a delivery limit though nobody set one; a negative number takes it away, and
// then the greater of argument and policy counts. Source: rabbitmq_server 4.0, rabbit_quorum_queue:
// resolve_delivery_limit; rabbitmq.com documentation "Quorum Queues", poison message handling.
qint64 deliveryLimit(const Json& queue, const QString& brokerVersion) {
    constexpr qint64 usualSince4 = 20;
    const Json& own = at(at(queue, "arguments"), "x-delivery-limit");
    const Json& given = at(at(queue, "effective_policy_definition"), "delivery-limit");
    if (own.is_number_integer() && given.is_number_integer()) {
        const auto [less, more] = std::minmax({own.get<qint64>(), given.get<qint64>()});
        return less < 0 ? more : less;
    }
    if (own.is_number_integer() || given.is_number_integer())
        return (own.is_number_integer() ? own : given).get<qint64>();
    bool known = false;
    const int major = brokerVersion.section(QLatin1Char('.'), 0, 0).toInt(&known);
    return known && major < 4 ? -1 : usualSince4;
}

double rate(const Json& queue, const char* counter) {
    return real(at(at(queue, "message_stats"), counter), "rate", -1);
}

QDateTime brokerTime(const QString& words) {
    // "2023-11-14 22:13:20" or "2023-11-14T22:13:20.000+00:00", UTC either way.
    QString iso = words;
    iso.replace(QLatin1Char(' '), QLatin1Char('T'));
    QDateTime time = QDateTime::fromString(iso, Qt::ISODateWithMs);
    if (time.isValid() && time.timeSpec() == Qt::LocalTime)
        time.setTimeSpec(Qt::UTC);
    return time;
}

int bounded(qint64 number) {
    return static_cast<int>(std::clamp<qint64>(number, -1, std::numeric_limits<int>::max()));
}

// Alternate exchanges by policy: the exchange only names its policy.
QHash<QString, QString> alternatesByPolicy(const Json& policies) {
    QHash<QString, QString> alternates;
    for (const Json& policy : policies) {
        const QString alternate = text(at(policy, "definition"), "alternate-exchange");
        if (!alternate.isEmpty())
            alternates.insert(text(policy, "name"), alternate);
    }
    return alternates;
}

QueueBounds boundsOf(const Json& queue) {
    QueueBounds bounds;
    bounds.queue = text(queue, "name");
    bounds.messageTtlMs = smallerSetting(queue, "x-message-ttl", "message-ttl");
    bounds.maxLength = smallerSetting(queue, "x-max-length", "max-length");
    bounds.maxLengthBytes = smallerSetting(queue, "x-max-length-bytes", "max-length-bytes");
    const Json& overflow = setting(queue, "x-overflow", "overflow");
    bounds.refusesMore =
        overflow.is_string() && overflow.get_ref<const std::string&>().starts_with("reject-publish");
    return bounds;
}

} // namespace

std::optional<DeadLetterEdge> deadLetterEdge(const Json& queue) {
    const Json& exchange = setting(queue, "x-dead-letter-exchange", "dead-letter-exchange");
    if (!exchange.is_string())
        return std::nullopt;
    DeadLetterEdge edge;
    edge.queue = text(queue, "name");
    edge.exchange = QString::fromStdString(exchange.get_ref<const std::string&>());
    if (const Json& key = setting(queue, "x-dead-letter-routing-key", "dead-letter-routing-key");
        key.is_string())
        edge.routingKey = QString::fromStdString(key.get_ref<const std::string&>());
    const Json& strategy = setting(queue, "x-dead-letter-strategy", "dead-letter-strategy");
    edge.strategy = strategy.is_string() ? QString::fromStdString(strategy.get_ref<const std::string&>())
                                         : QStringLiteral("at-most-once");
    edge.from = at(at(queue, "arguments"), "x-dead-letter-exchange").is_null()
                    ? QStringLiteral("policy %1").arg(text(queue, "policy"))
                    : QStringLiteral("argument");
    return edge;
}

QueueInfo queueInfo(const Json& json, const QString& connectionId, const QString& brokerVersion) {
    QueueInfo info;
    info.ref = {connectionId, text(json, "vhost"), text(json, "name")};
    info.type = typeOf(json);
    info.state = text(json, "state");
    info.ready = integer(json, "messages_ready", -1);
    info.unacked = integer(json, "messages_unacknowledged", -1);
    info.consumers = bounded(integer(json, "consumers", -1));
    info.publishRate = rate(json, "publish_details");
    info.deliverRate = rate(json, "deliver_get_details");
    info.ackRate = rate(json, "ack_details");
    info.durable = flag(json, "durable", true);
    info.exclusive = flag(json, "exclusive", false);
    info.autoDelete = flag(json, "auto_delete", false);
    info.singleActiveConsumer = flag(at(json, "arguments"), "x-single-active-consumer", false);
    if (info.type == QueueType::Quorum)
        info.deliveryLimit = bounded(deliveryLimit(json, brokerVersion));
    const QueueBounds bounds = boundsOf(json);
    info.messageTtlMs = bounds.messageTtlMs;
    info.maxLength = bounds.maxLength;
    info.maxLengthBytes = bounds.maxLengthBytes;
    info.refusesMore = bounds.refusesMore;
    info.bodyBytes = integer(json, "message_bytes", -1);
    info.policy = text(json, "policy");
    info.deadLetter = deadLetterEdge(json);
    info.idleSince = brokerTime(text(json, "idle_since"));
    return info;
}

QueueInfo withoutManagement(const std::optional<QueueInfo>& before, const EntityRef& queue,
                            const Error& error, const QString& missingWords) {
    QueueInfo info = before.value_or(QueueInfo{});
    info.ref = queue;
    info.missing =
        info.type == QueueType::Unknown
            ? missingWords
            : QStringLiteral("The management API gave no fresh facts, so type and limits are those "
                             "seen earlier: %1")
                  .arg(error.summary);
    return info;
}

Result<QueuePage> queuePage(const QByteArray& body, const QString& connectionId,
                            const QString& brokerVersion) {
    const auto json = parseManagement(body, QStringLiteral("the queues"));
    if (!json)
        return failure(json.error());
    // Without paging the answer is the list itself (brokers before 3.6).
    const Json& items = json->is_array() ? *json : at(*json, "items");
    if (!items.is_array())
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The management API's list of queues has no items."));
    QueuePage page;
    page.pageCount = bounded(integer(*json, "page_count", 1));
    page.queues.reserve(items.size());
    for (const Json& item : items) {
        QueueInfo info = queueInfo(item, connectionId, brokerVersion);
        if (!info.ref.name.isEmpty())
            page.queues.push_back(std::move(info));
    }
    return page;
}

Result<RoutingTable> routingTable(const StructureBodies& bodies) {
    const auto exchanges = parseManagement(bodies.exchanges, QStringLiteral("the exchanges"));
    if (!exchanges)
        return failure(exchanges.error());
    const auto bindings = parseManagement(bodies.bindings, QStringLiteral("the bindings"));
    if (!bindings)
        return failure(bindings.error());
    const auto queues = parseManagement(bodies.queues, QStringLiteral("the queues"));
    if (!queues)
        return failure(queues.error());
    QHash<QString, QString> alternates;
    if (!bodies.policies.isEmpty()) {
        if (const auto policies = parseManagement(bodies.policies, QStringLiteral("the policies")))
            alternates = alternatesByPolicy(*policies);
    }
    RoutingTable table;
    table.known = true;
    for (const Json& json : *exchanges) {
        ExchangeInfo exchange;
        exchange.name = text(json, "name");
        exchange.type = text(json, "type");
        exchange.internal = flag(json, "internal", false);
        exchange.alternate = text(at(json, "arguments"), "alternate-exchange");
        if (exchange.alternate.isEmpty())
            exchange.alternate = alternates.value(text(json, "policy"));
        table.exchanges.push_back(std::move(exchange));
    }
    for (const Json& json : *bindings) {
        BindingInfo binding;
        binding.source = text(json, "source");
        binding.destination = text(json, "destination");
        binding.toExchange = text(json, "destination_type") == QLatin1String("exchange");
        binding.key = text(json, "routing_key");
        binding.arguments = arguments(at(json, "arguments"));
        if (!binding.source.isEmpty()) // the default exchange's bindings go without saying
            table.bindings.push_back(std::move(binding));
    }
    for (const Json& json : *queues) {
        const QString name = text(json, "name");
        if (name.isEmpty())
            continue;
        table.queues << name;
        if (auto edge = deadLetterEdge(json))
            table.deadLetterEdges.push_back(std::move(*edge));
        const QueueBounds bounds = boundsOf(json);
        if (bounds.messageTtlMs >= 0 || bounds.maxLength >= 0 || bounds.maxLengthBytes >= 0)
            table.bounds.push_back(bounds);
    }
    return table;
}

} // namespace signalbox::rabbitmq
