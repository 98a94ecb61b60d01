#include "models/messaging/failuretext.h"
#include "models/messaging/frameworkfacts.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

constexpr qsizetype largestEnvelope = 4 * 1024 * 1024;

std::optional<QString> textMember(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string())
        return std::nullopt;
    return QString::fromStdString(found->get_ref<const std::string&>());
}

QString member(const nlohmann::json& object, const char* name) {
    return textMember(object, name).value_or(QString());
}

bool looksLikeEnvelope(const Message& message) {
    const QByteArray& body = message.body;
    return message.bodyComplete && body.size() <= largestEnvelope && body.startsWith('{') &&
           body.contains("\"Exception\"") && body.contains("\"BasicProperties\"");
}

} // namespace

std::optional<FrameworkFacts> envelopeFacts(const Message& message) {
    if (!looksLikeEnvelope(message))
        return std::nullopt;
    // False: a broken body is no failure of ours, it is just not an envelope.
    const auto document = nlohmann::json::parse(message.body.begin(), message.body.end(), nullptr, false);
    const bool isEnvelope = document.is_object() && document.contains("Exception") &&
                            document.contains("Queue") && document.contains("Message");
    if (!isEnvelope)
        return std::nullopt;
    FrameworkFacts facts;
    facts.exceptionText = facts.stackTrace = member(document, "Exception");
    facts.failedQueue = member(document, "Queue");
    facts.failedAt = failureTime(member(document, "DateTime"));
    facts.originExchange = textMember(document, "Exchange");
    facts.originKey = textMember(document, "RoutingKey");
    if (const auto basic = document.find("BasicProperties"); basic != document.end() && basic->is_object())
        facts.messageType = plainTypeName(member(*basic, "Type"));
    return facts;
}

} // namespace signalbox
