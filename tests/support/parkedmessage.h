// Dead letters for tests of snapshots: built in one line, with facts read from plain headers.
#pragma once

#include "models/messaging/deathfacts.h"

namespace signalbox {

struct ParkedMessage {
    QByteArray id = {};
    QByteArray body = "{}";
    QByteArray reason = "rejected";
    QByteArray queue = "orders";
    QByteArray error = {};
    qint64 diedAt = 0; // seconds since 1970 UTC; 0 = unknown
    qint64 deaths = 1;

    Message message() const {
        Message message;
        message.exchange = "dlx";
        message.routingKey = "parked." + queue;
        MessageProperties& p = message.properties;
        p.contentType = "application/json";
        if (!id.isEmpty())
            p.messageId = id;
        HeaderTable headers;
        setHeader(headers, "reason", HeaderValue::string(reason));
        setHeader(headers, "queue", HeaderValue::string(queue));
        setHeader(headers, "deaths", HeaderValue::int64(deaths));
        if (!error.isEmpty())
            setHeader(headers, "error", HeaderValue::string(error));
        if (diedAt != 0)
            setHeader(headers, "died-at", HeaderValue::int64(diedAt));
        p.headers = std::move(headers);
        message.body = body;
        message.bodySize = body.size();
        return message;
    }
};

// Facts of such messages.
inline DeathFacts parkedFacts(const Message& message) {
    const auto text = [&](const char* name) {
        const HeaderValue* value = message.header(name);
        return value ? QString::fromUtf8(headerText(*value)) : QString();
    };
    const auto number = [&](const char* name) {
        const HeaderValue* value = message.header(name);
        std::int64_t out = 0;
        return value && headerInteger(*value, &out) ? static_cast<qint64>(out) : 0;
    };
    DeathFacts facts;
    facts.reason = text("reason");
    facts.originQueue = text("queue");
    facts.exceptionText = text("error");
    facts.exceptionType = facts.exceptionText.section(u' ', 0, 0);
    facts.messageType = text("type");
    facts.framework = text("framework");
    facts.deaths = number("deaths");
    facts.replayAttempts = number("attempts");
    if (const qint64 seconds = number("died-at"))
        facts.firstDeath = facts.lastDeath = QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC);
    return facts;
}

} // namespace signalbox
