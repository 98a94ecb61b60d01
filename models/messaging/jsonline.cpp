#include "models/messaging/jsonvalues.h"
#include "models/messaging/messagecodec.h"

#include <algorithm>

namespace signalbox {

using jsonvalues::BadJson;
using jsonvalues::Json;

namespace {

struct TextProperty {
    const char* name;
    std::optional<QByteArray> MessageProperties::*member;
};

constexpr TextProperty textProperties[] = {
    {"contentType", &MessageProperties::contentType},
    {"contentEncoding", &MessageProperties::contentEncoding},
    {"correlationId", &MessageProperties::correlationId},
    {"replyTo", &MessageProperties::replyTo},
    {"expiration", &MessageProperties::expiration},
    {"messageId", &MessageProperties::messageId},
    {"type", &MessageProperties::type},
    {"userId", &MessageProperties::userId},
    {"appId", &MessageProperties::appId},
    {"clusterId", &MessageProperties::clusterId},
};

Json propertiesJson(const MessageProperties& properties) {
    Json json = Json::object();
    for (const TextProperty& text : textProperties) {
        if (const auto& value = properties.*text.member)
            json[text.name] = jsonvalues::fromBytes(*value);
    }
    if (properties.deliveryMode)
        json["deliveryMode"] = *properties.deliveryMode;
    if (properties.priority)
        json["priority"] = *properties.priority;
    if (properties.timestamp)
        json["timestamp"] = *properties.timestamp;
    return json;
}

std::optional<std::uint8_t> smallNumber(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end())
        return std::nullopt;
    return static_cast<std::uint8_t>(
        jsonvalues::toNatural(*found, 0xFF, jsonvalues::joined(QStringLiteral("properties"), name)));
}

MessageProperties readProperties(const Json& json) {
    const QString path = QStringLiteral("properties");
    jsonvalues::expectObject(json,
                             {"contentType", "contentEncoding", "correlationId", "replyTo", "expiration",
                              "messageId", "type", "userId", "appId", "clusterId", "deliveryMode", "priority",
                              "timestamp"},
                             path);
    MessageProperties properties;
    for (const TextProperty& text : textProperties) {
        const auto found = json.find(text.name);
        if (found == json.end())
            continue;
        const QString at = jsonvalues::joined(path, text.name);
        QByteArray bytes = jsonvalues::toBytes(*found, at);
        if (bytes.size() > 255) // AMQP 0-9-1: short strings
            throw BadJson{at, QStringLiteral("must not be longer than 255 bytes")};
        properties.*text.member = std::move(bytes);
    }
    properties.deliveryMode = smallNumber(json, "deliveryMode");
    properties.priority = smallNumber(json, "priority");
    if (const auto found = json.find("timestamp"); found != json.end())
        properties.timestamp = jsonvalues::toNatural(*found, std::numeric_limits<std::uint64_t>::max(),
                                                     QStringLiteral("properties.timestamp"));
    return properties;
}

Json bodyJson(const Message& message) {
    Json body = jsonvalues::fromBytes(message.body);
    if (body.is_string())
        body = Json{{"text", std::move(body)}};
    if (!message.bodyComplete) {
        body["size"] = message.bodySize;
        body["complete"] = false;
    }
    return body;
}

void readBody(const Json& json, Message& message) {
    const QString path = QStringLiteral("body");
    jsonvalues::expectObject(json, {"text", "base64", "size", "complete"}, path);
    const auto text = json.find("text");
    const auto base64 = json.find("base64");
    if ((text == json.end()) == (base64 == json.end()))
        throw BadJson{path, QStringLiteral("must have either \"text\" or \"base64\"")};
    if (base64 != json.end()) {
        message.body = jsonvalues::fromBase64(*base64, QStringLiteral("body.base64"));
    } else {
        if (!text->is_string())
            throw BadJson{QStringLiteral("body.text"), QStringLiteral("must be text")};
        message.body = QByteArray::fromStdString(text->get_ref<const std::string&>());
    }
    message.bodySize = message.body.size();
    if (const auto complete = json.find("complete"); complete != json.end()) {
        if (!complete->is_boolean())
            throw BadJson{QStringLiteral("body.complete"), QStringLiteral("must be true or false")};
        message.bodyComplete = complete->get<bool>();
    }
    if (const auto size = json.find("size"); size != json.end()) {
        message.bodySize = static_cast<qint64>(
            jsonvalues::toNatural(*size, std::uint64_t{1} << 62, QStringLiteral("body.size")));
        if (message.bodySize < message.body.size() ||
            (message.bodyComplete && message.bodySize != message.body.size()))
            throw BadJson{QStringLiteral("body.size"), QStringLiteral("does not fit the body")};
    }
}

Message readMessage(const Json& json) {
    jsonvalues::expectObject(json, {"exchange", "routingKey", "redelivered", "properties", "headers", "body"},
                             {});
    Message message;
    message.exchange =
        jsonvalues::toBytes(jsonvalues::member(json, "exchange", {}), QStringLiteral("exchange"));
    message.routingKey =
        jsonvalues::toBytes(jsonvalues::member(json, "routingKey", {}), QStringLiteral("routingKey"));
    if (message.exchange.size() > 255 || message.routingKey.size() > 255)
        throw BadJson{message.exchange.size() > 255 ? QStringLiteral("exchange")
                                                    : QStringLiteral("routingKey"),
                      QStringLiteral("must not be longer than 255 bytes")};
    if (const auto again = json.find("redelivered"); again != json.end()) {
        if (!again->is_boolean())
            throw BadJson{QStringLiteral("redelivered"), QStringLiteral("must be true or false")};
        message.redelivered = again->get<bool>();
    }
    if (const auto properties = json.find("properties"); properties != json.end())
        message.properties = readProperties(*properties);
    if (const auto headers = json.find("headers"); headers != json.end())
        message.properties.headers = jsonvalues::toTable(*headers, QStringLiteral("headers"));
    readBody(jsonvalues::member(json, "body", {}), message);
    return message;
}

// Runs a reader and turns what it throws into an Error.
template<class Fn>
auto guarded(const QString& what, Fn fn) -> Result<decltype(fn())> {
    try {
        return fn();
    } catch (const BadJson& bad) {
        const QString where = bad.path.isEmpty() ? what : bad.path;
        return failure(ErrorKind::Invalid, QStringLiteral("%1 %2.").arg(where, bad.what));
    } catch (const std::exception& error) {
        return failure(ErrorKind::Invalid, QStringLiteral("%1 cannot be read.").arg(what),
                       QString::fromUtf8(error.what()));
    }
}

} // namespace

QByteArray toJsonLine(const Message& message) {
    Json json = Json::object();
    json["exchange"] = jsonvalues::fromBytes(message.exchange);
    json["routingKey"] = jsonvalues::fromBytes(message.routingKey);
    json["redelivered"] = message.redelivered;
    json["properties"] = propertiesJson(message.properties);
    if (message.properties.headers)
        json["headers"] = jsonvalues::fromTable(*message.properties.headers);
    json["body"] = bodyJson(message);
    return QByteArray::fromStdString(json.dump());
}

Result<Message> fromJsonLine(QByteArrayView line) {
    return guarded(QStringLiteral("The line"), [line] { return readMessage(jsonvalues::parse(line)); });
}

QByteArray headersToJson(const HeaderTable& headers) {
    constexpr std::size_t shortLine = 100;
    const Json list = jsonvalues::fromTable(headers);
    if (list.empty())
        return "[]";
    QByteArray out = "[\n";
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::string entry = list[i].dump();
        if (entry.size() > shortLine)
            entry = list[i].dump(2);
        QByteArray text = QByteArray::fromStdString(entry);
        text.replace('\n', "\n  ");
        out += "  " + text + (i + 1 < list.size() ? ",\n" : "\n");
    }
    return out + ']';
}

Result<HeaderTable> headersFromJson(QByteArrayView json) {
    return guarded(QStringLiteral("The headers"), [json] {
        return jsonvalues::toTable(jsonvalues::parse(json), QStringLiteral("headers"));
    });
}

} // namespace signalbox
