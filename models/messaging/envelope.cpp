#include "models/messaging/envelope.h"

#include "models/messaging/jsonvalues.h"

#include <algorithm>

namespace signalbox {

using jsonvalues::Json;

namespace {

constexpr qsizetype largestEnvelope = 4 << 20; // a look at every message must stay cheap

QString textOf(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? QString::fromStdString(found->get<std::string>())
                                                     : QString();
}

bool looksLikeEnvelope(const QByteArray& body) {
    return body.size() <= largestEnvelope && body.startsWith('{') && body.contains("\"RoutingKey\"") &&
           body.contains("\"Exception\"") && body.contains("\"BasicProperties\"");
}

} // namespace

void addEnvelope(DeathFacts& facts, const Message& message, const QString& framework) {
    if (!message.bodyComplete || !looksLikeEnvelope(message.body))
        return;
    Json json;
    try {
        json = jsonvalues::parse(message.body);
    } catch (const jsonvalues::BadJson&) {
        return;
    } catch (const std::exception&) {
        return;
    }
    if (!json.is_object())
        return;
    facts.framework = framework;
    const QString exception = textOf(json, "Exception");
    facts.stackTrace = exception;
    const QString head = exception.section(QLatin1Char('\n'), 0, 0).trimmed();
    const qsizetype colon = head.indexOf(QLatin1String(": "));
    const bool namesType = colon > 0 && !head.left(colon).contains(QLatin1Char(' '));
    facts.exceptionType = namesType ? head.left(colon) : QString();
    facts.exceptionText = namesType ? head.mid(colon + 2) : head;
    facts.originExchange = textOf(json, "Exchange");
    facts.originKeys = QStringList{textOf(json, "RoutingKey")};
    facts.originKnown = true;
    if (const QString queue = textOf(json, "Queue"); !queue.isEmpty())
        facts.originQueue = queue;
    if (facts.reason.isEmpty())
        facts.reason = QStringLiteral("fault");
    const QDateTime failed = QDateTime::fromString(textOf(json, "DateTime"), Qt::ISODateWithMs).toUTC();
    if (failed.isValid()) {
        facts.firstDeath = facts.firstDeath.isValid() ? facts.firstDeath : failed;
        facts.lastDeath = facts.lastDeath.isValid() ? std::max(facts.lastDeath, failed) : failed;
    }
    if (const auto properties = json.find("BasicProperties");
        properties != json.end() && properties->is_object())
        facts.messageType = textOf(*properties, "Type").section(QLatin1Char(','), 0, 0).trimmed();
    facts.deaths = std::max<qint64>(facts.deaths, 1);
}

} // namespace signalbox
