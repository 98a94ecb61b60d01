#include "models/messaging/deathfacts.h"

#include "models/messaging/conventions.h"
#include "models/messaging/deathpath.h"
#include "models/messaging/envelope.h"

#include <QRegularExpression>
#include <QUrl>
#include <algorithm>

namespace signalbox {

namespace {

QString firstOf(const Message& message, const QList<QByteArray>& names) {
    for (const QByteArray& name : names) {
        const QString text = headerString(message, name);
        if (!text.isEmpty())
            return text;
    }
    return {};
}

const FrameworkConvention* frameworkOf(const Message& message, const Conventions& conventions) {
    if (!message.properties.headers)
        return nullptr;
    for (const FrameworkConvention& each : conventions.frameworks) {
        if (std::any_of(each.markerHeaders.cbegin(), each.markerHeaders.cend(),
                        [&](const QByteArray& name) { return message.header(name) != nullptr; }))
            return &each;
    }
    return nullptr;
}

// NServiceBus writes "2023-11-14 22:13:20:123456 Z", MassTransit and .NET ISO 8601.
QDateTime timeOf(QString text) {
    if (text.isEmpty())
        return {};
    QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid()) {
        static const QRegularExpression wire(
            QStringLiteral("^(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d):(\\d{1,6}) Z$"));
        if (const auto match = wire.match(text); match.hasMatch())
            time = QDateTime::fromString(
                QStringLiteral("%1T%2.%3Z")
                    .arg(match.captured(1), match.captured(2), match.captured(3).left(3)),
                Qt::ISODateWithMs);
    }
    return time.isValid() ? time.toUTC() : QDateTime();
}

// "rabbitmq://host/vhost/queue?durable=true" and "queue@machine" name a queue among other things.
QString queueOf(const QString& address) {
    if (address.contains(QLatin1String("://"))) {
        const QString path = QUrl(address).path();
        return path.mid(path.lastIndexOf(QLatin1Char('/')) + 1);
    }
    return address.section(QLatin1Char('@'), 0, 0);
}

// Assembly-qualified lists are long: the first type's full name says it.
QString shortType(const QString& types) {
    return types.section(QLatin1Char(';'), 0, 0).section(QLatin1Char(','), 0, 0).trimmed();
}

// "System.TimeoutException: The wait was too long\n   at ..." in one header (Rebus).
void splitException(DeathFacts& facts) {
    static const QRegularExpression head(
        QStringLiteral("([A-Za-z_][\\w`]*(?:\\.[A-Za-z_][\\w`+]*)+)\\s*: ([^\\n]*)"));
    const auto match = head.match(facts.exceptionText);
    if (!match.hasMatch())
        return;
    facts.exceptionType = match.captured(1);
    facts.exceptionText = match.captured(2).trimmed();
}

void addFramework(DeathFacts& facts, const Message& message, const FrameworkConvention& convention) {
    facts.framework = convention.framework;
    facts.exceptionType = firstOf(message, convention.exceptionType);
    facts.exceptionText = firstOf(message, convention.exceptionText);
    facts.stackTrace = firstOf(message, convention.stackTrace);
    if (facts.exceptionType.isEmpty() && !facts.stackTrace.isEmpty() &&
        facts.stackTrace == facts.exceptionText)
        splitException(facts);
    facts.messageType = shortType(firstOf(message, convention.messageType));
    if (const QDateTime failed = timeOf(firstOf(message, convention.failedAt)); failed.isValid()) {
        facts.firstDeath = facts.firstDeath.isValid() ? facts.firstDeath : failed;
        facts.lastDeath = facts.lastDeath.isValid() ? std::max(facts.lastDeath, failed) : failed;
    }
    if (facts.reason.isEmpty())
        facts.reason = firstOf(message, convention.reason);
    if (facts.reason.isEmpty())
        facts.reason = QStringLiteral("fault");
    if (facts.originQueue.isEmpty())
        facts.originQueue = queueOf(firstOf(message, convention.failedQueue));
    if (!facts.originKnown) {
        const QString key = firstOf(message, convention.originKey);
        const QString exchange = firstOf(message, convention.originExchange);
        if (!key.isEmpty() || !exchange.isEmpty()) {
            facts.originExchange = exchange;
            facts.originKeys = QStringList{key};
            facts.originKnown = true;
        }
    }
    facts.deaths = std::max<qint64>(facts.deaths, 1);
}

void addPath(DeathFacts& facts, const Message& message) {
    facts.path = deathPath(message);
    for (const DeathHop& hop : facts.path) {
        facts.deaths += std::max<qint64>(hop.count, 1);
        if (!hop.time.isValid())
            continue;
        facts.firstDeath = facts.firstDeath.isValid() ? std::min(facts.firstDeath, hop.time) : hop.time;
        facts.lastDeath = facts.lastDeath.isValid() ? std::max(facts.lastDeath, hop.time) : hop.time;
    }
    facts.originQueue = headerString(message, "x-first-death-queue");
    if (facts.path.empty()) {
        facts.reason = headerString(message, "x-first-death-reason");
        return;
    }
    const DeathHop& origin = facts.path.front();
    facts.reason = facts.path.back().reason;
    if (facts.originQueue.isEmpty())
        facts.originQueue = origin.queue;
    // After many hops the entry of the first death may have been dropped or moved; trust it when it agrees.
    const auto first = std::find_if(facts.path.begin(), facts.path.end(),
                                    [&](const DeathHop& hop) { return hop.queue == facts.originQueue; });
    const DeathHop& known = first == facts.path.end() ? origin : *first;
    facts.originExchange = known.exchange;
    facts.originKeys = known.routingKeys;
    facts.originKnown = !known.routingKeys.isEmpty();
}

} // namespace

DeathFacts deathFacts(const Message& message, const Conventions& conventions) {
    DeathFacts facts;
    addPath(facts, message);
    if (const FrameworkConvention* convention = frameworkOf(message, conventions)) {
        addFramework(facts, message, *convention);
    } else {
        const auto wraps = std::find_if(conventions.frameworks.cbegin(), conventions.frameworks.cend(),
                                        [](const FrameworkConvention& each) { return each.jsonEnvelope; });
        if (wraps != conventions.frameworks.cend())
            addEnvelope(facts, message, wraps->framework);
    }
    if (facts.messageType.isEmpty() && message.properties.type)
        facts.messageType = shortType(QString::fromUtf8(*message.properties.type));
    if (const HeaderValue* attempts = message.header(attemptHeader)) {
        std::int64_t count = 0;
        if (headerInteger(*attempts, &count))
            facts.replayAttempts = std::max<std::int64_t>(count, 0);
    }
    return facts;
}

} // namespace signalbox
