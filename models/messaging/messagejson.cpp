// One message as one line of JSON; schema in docs/formats.md.
#include "models/messaging/headerjson.h"
#include "models/messaging/jsonproblem.h"
#include "models/messaging/jsontext.h"
#include "models/messaging/messagecodec.h"
#include "models/messaging/utf8.h"

#include <limits>

namespace signalbox {

namespace {

struct TextProperty {
    const char* name;
    std::optional<QByteArray> MessageProperties::*member;
};

constexpr TextProperty jsonProperties[] = {
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

void appendProperties(QByteArray& out, const MessageProperties& properties) {
    out += '{';
    const qsizetype start = out.size();
    const auto name = [&](const char* word) {
        if (out.size() > start)
            out += ',';
        out += '"';
        out += word;
        out += "\":";
    };
    for (const TextProperty& each : jsonProperties) {
        if (const auto& text = properties.*each.member) {
            name(each.name);
            appendBytes(out, *text);
        }
    }
    const auto number = [&](const char* word, const auto& value) {
        if (value) {
            name(word);
            out += QByteArray::number(static_cast<quint64>(*value));
        }
    };
    number("deliveryMode", properties.deliveryMode);
    number("priority", properties.priority);
    number("timestamp", properties.timestamp);
    out += '}';
}

void appendBody(QByteArray& out, const Message& message) {
    if (isUtf8(message.body)) {
        out += "{\"text\":";
        appendQuoted(out, message.body);
    } else {
        out += "{\"base64\":\"";
        out += message.body.toBase64();
        out += '"';
    }
    if (!message.bodyComplete)
        out += ",\"size\":" + QByteArray::number(message.bodySize) + ",\"complete\":false";
    out += '}';
}

MessageProperties readProperties(const JsonNode& node) {
    node.onlyMembers({"contentType", "contentEncoding", "deliveryMode", "priority", "correlationId",
                      "replyTo", "expiration", "messageId", "timestamp", "type", "userId", "appId",
                      "clusterId"});
    MessageProperties properties;
    for (const TextProperty& each : jsonProperties) {
        if (node.has(each.name))
            properties.*each.member = node.member(each.name).bytes();
    }
    if (node.has("deliveryMode"))
        properties.deliveryMode = static_cast<std::uint8_t>(node.member("deliveryMode").natural(255));
    if (node.has("priority"))
        properties.priority = static_cast<std::uint8_t>(node.member("priority").natural(255));
    if (node.has("timestamp"))
        properties.timestamp = node.member("timestamp").natural(std::numeric_limits<std::uint64_t>::max());
    return properties;
}

void readBody(const JsonNode& node, Message& message) {
    node.onlyMembers({"text", "base64", "size", "complete"});
    if (node.has("text") == node.has("base64"))
        node.fail(QStringLiteral("A body has either \"text\" or \"base64\"."));
    message.body = node.has("text") ? node.member("text").text() : node.member("base64").base64();
    message.bodyComplete = !node.has("complete") || node.member("complete").boolean();
    message.bodySize = message.body.size();
    if (node.has("size"))
        message.bodySize = node.member("size").integer(0, std::numeric_limits<qint64>::max());
    else if (!message.bodyComplete)
        node.fail(QStringLiteral("A cut body needs the member \"size\"."));
    const bool fits = message.bodyComplete ? message.bodySize == message.body.size()
                                           : message.bodySize >= message.body.size();
    if (!fits)
        node.member("size").fail(
            QStringLiteral("The body has %1 bytes, which does not fit.").arg(message.body.size()));
}

Message readMessage(const JsonNode& node) {
    node.onlyMembers({"exchange", "routingKey", "redelivered", "properties", "headers", "amqp10", "body"});
    Message message;
    message.exchange = node.member("exchange").bytes();
    message.routingKey = node.member("routingKey").bytes();
    if (node.has("redelivered"))
        message.redelivered = node.member("redelivered").boolean();
    if (node.has("properties"))
        message.properties = readProperties(node.member("properties"));
    if (node.has("headers"))
        message.properties.headers = readHeaderList(node.member("headers"));
    if (node.has("amqp10"))
        message.properties.amqp10 = readHeaderList(node.member("amqp10"));
    readBody(node.member("body"), message);
    return message;
}

} // namespace

QByteArray toJsonLine(const Message& message) {
    QByteArray out;
    out.reserve(512 + message.body.size() + message.body.size() / 2);
    out += "{\"exchange\":";
    appendBytes(out, message.exchange);
    out += ",\"routingKey\":";
    appendBytes(out, message.routingKey);
    out += message.redelivered ? ",\"redelivered\":true" : ",\"redelivered\":false";
    out += ",\"properties\":";
    appendProperties(out, message.properties);
    if (message.properties.headers) {
        out += ",\"headers\":";
        appendHeaderList(out, *message.properties.headers, std::numeric_limits<qsizetype>::max());
    }
    if (message.properties.amqp10) {
        out += ",\"amqp10\":";
        appendHeaderList(out, *message.properties.amqp10, std::numeric_limits<qsizetype>::max());
    }
    out += ",\"body\":";
    appendBody(out, message);
    out += '}';
    return out;
}

Result<Message> fromJsonLine(QByteArrayView line) {
    try {
        const nlohmann::json document = parseStrictJson(line);
        return readMessage(JsonNode(document));
    } catch (const JsonProblem& problem) {
        Error error = problem.toError();
        // Which line it is, the reader of the file knows.
        error.summary.replace(QLatin1String("line 1, column"), QLatin1String("column"));
        return failure(std::move(error));
    }
}

} // namespace signalbox
