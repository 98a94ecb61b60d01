#include "models/replay/outgoing.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr const char* carbonHeader = "CC";
constexpr const char* blindCarbonHeader = "BCC";

std::vector<QByteArray> keysOf(const DeathFacts& facts) {
    std::vector<QByteArray> keys;
    for (const QString& key : facts.originKeys)
        keys.push_back(key.toUtf8());
    return keys;
}

void stripHeaders(Message& message, const ReplayOptions& options) {
    if (!message.properties.headers)
        return;
    std::erase_if(*message.properties.headers, [&](const Header& header) {
        return isBrokerHeader(header.name) ||
               (options.deathHeaders == KeepOrStrip::Strip && isDeathHeader(header.name));
    });
}

HeaderTable& headersOf(Message& message) {
    if (!message.properties.headers)
        message.properties.headers.emplace();
    return *message.properties.headers;
}

void applyCarbon(Message& message, const OutgoingRoute& route) {
    if (message.properties.headers) {
        removeHeader(*message.properties.headers, blindCarbonHeader);
        if (!route.keepCarbon && route.furtherKeys.empty())
            removeHeader(*message.properties.headers, carbonHeader);
    }
    if (route.furtherKeys.empty())
        return;
    HeaderValue::Array keys;
    for (const QByteArray& key : route.furtherKeys)
        keys.push_back(HeaderValue::string(key));
    setHeader(headersOf(message), carbonHeader, HeaderValue::array(std::move(keys)));
}

QString originalExpiration(const DeathFacts& facts) {
    const auto hop = std::find_if(facts.path.begin(), facts.path.end(),
                                  [](const DeathHop& entry) { return !entry.originalExpiration.isEmpty(); });
    return hop == facts.path.end() ? QString() : hop->originalExpiration;
}

} // namespace

bool isBrokerHeader(QByteArrayView name) {
    return name == "x-delivery-count" || name == "x-acquired-count" || name == "x-stream-offset";
}

bool isDeathHeader(QByteArrayView name) {
    return name == "x-death" || name.startsWith("x-first-death-") || name.startsWith("x-last-death-");
}

OutgoingRoute outgoingRoute(const Message& message, const DeathFacts& facts, const ReplayOptions& options) {
    if (message.properties.amqp10)
        return outgoingBusRoute(message, options);
    OutgoingRoute route;
    const ReplayDestination& to = options.destination;
    switch (to.kind) {
    case ReplayDestination::Kind::OriginQueue:
        route.routingKey = facts.originQueue.toUtf8();
        route.known = !facts.originQueue.isEmpty();
        return route;
    case ReplayDestination::Kind::Queue:
        route.routingKey = to.queue.toUtf8();
        return route;
    case ReplayDestination::Kind::OriginExchange:
        route.exchange = facts.originExchange.toUtf8();
        route.known = facts.originKnown;
        break;
    case ReplayDestination::Kind::Exchange:
        route.exchange = to.exchange.toUtf8();
        if (!to.routingKey.isEmpty()) {
            route.routingKey = to.routingKey.toUtf8();
            return route;
        }
        break;
    }
    const std::vector<QByteArray> keys = keysOf(facts);
    if (keys.empty()) {
        route.routingKey = message.routingKey;
        route.keepCarbon = true;
    } else {
        route.routingKey = keys.front();
        route.furtherKeys.assign(keys.begin() + 1, keys.end());
    }
    return route;
}

Message outgoingMessage(const Message& original, const DeathFacts& facts, const ReplayOptions& options,
                        const QString& runId) {
    Message out = original;
    const OutgoingRoute route = outgoingRoute(original, facts, options);
    out.exchange = route.exchange;
    out.routingKey = route.routingKey;
    out.redelivered = false;
    if (original.properties.amqp10) {
        applyBusOptions(out, original, options, runId);
    } else {
        out.properties.deliveryMode = 2;
        stripHeaders(out, options);
        applyCarbon(out, route);
    }
    if (options.priority == KeepOrStrip::Strip)
        out.properties.priority.reset();
    if (options.userId == KeepOrStrip::Strip)
        out.properties.userId.reset();
    if (options.expiration == KeepOrStrip::Strip)
        out.properties.expiration.reset();
    if (options.restoreExpiration) {
        if (const QString expiration = originalExpiration(facts); !expiration.isEmpty())
            out.properties.expiration = expiration.toUtf8();
    }
    if (options.markAttempts) {
        setHeader(headersOf(out), attemptHeader, HeaderValue::int64(facts.replayAttempts + 1));
        setHeader(headersOf(out), runHeader, HeaderValue::string(runId.toUtf8()));
    }
    // An empty table and none differ on the wire; one that we emptied ourselves is not worth sending.
    if (out.properties.headers && out.properties.headers->empty() && original.properties.headers &&
        !original.properties.headers->empty())
        out.properties.headers.reset();
    return out;
}

Message restoredMessage(const Message& saved, const QByteArray& connectionUser, const ReplayOptions& options,
                        const QString& item) {
    Message out = saved;
    out.redelivered = false;
    out.properties.deliveryMode = 2;
    if (out.properties.headers) {
        std::erase_if(*out.properties.headers, [](const Header& header) {
            return isBrokerHeader(header.name) || header.name == carbonHeader ||
                   header.name == blindCarbonHeader;
        });
    }
    if (out.properties.amqp10) {
        ReplayOptions asItWas;
        asItWas.deathHeaders = KeepOrStrip::Keep;
        asItWas.enqueueAt = options.enqueueAt;
        asItWas.messageId = options.messageId;
        if (!options.enqueueAt.isValid() && amqp10::stateOf(saved) == amqp10::State::Scheduled)
            asItWas.enqueueAt = amqp10::time(amqp10::annotation(saved, scheduledTime));
        applyBusOptions(out, saved, asItWas, item);
    } else if (out.properties.userId && *out.properties.userId != connectionUser) {
        out.properties.userId.reset();
    }
    return out;
}

} // namespace signalbox
