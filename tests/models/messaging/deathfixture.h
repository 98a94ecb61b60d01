// Dead letters written by hand, and the conventions that the program ships.
#pragma once

#include "models/messaging/conventions.h"
#include "models/messaging/deathfacts.h"

#include <QFile>

namespace signalbox {

inline Conventions shippedConventions() {
    QFile file(QStringLiteral(":/signalbox/conventions.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the conventions are not in the program");
    auto read = parseConventions(file.readAll());
    if (!read)
        qFatal("%s", qPrintable(read.error().summary));
    return *read;
}

inline HeaderValue timestampValue(std::int64_t seconds) {
    HeaderValue value;
    value.kind = ValueKind::Timestamp;
    value.data = seconds;
    return value;
}

// One entry of x-death as the broker writes it.
inline HeaderValue deathEntry(const QByteArray& queue, const QByteArray& reason, std::int64_t count,
                              std::int64_t seconds, const QByteArray& exchange, const QList<QByteArray>& keys,
                              const QByteArray& expiration = {}) {
    HeaderValue::Array texts;
    for (const QByteArray& key : keys)
        texts.push_back(HeaderValue::string(key));
    HeaderTable entry{{"count", HeaderValue::int64(count)},
                      {"exchange", HeaderValue::string(exchange)},
                      {"queue", HeaderValue::string(queue)},
                      {"reason", HeaderValue::string(reason)},
                      {"routing-keys", HeaderValue::array(std::move(texts))},
                      {"time", timestampValue(seconds)}};
    if (!expiration.isEmpty())
        entry.push_back({"original-expiration", HeaderValue::string(expiration)});
    return HeaderValue::table(std::move(entry));
}

inline Message withHeaders(HeaderTable headers) {
    Message message;
    message.exchange = "dlx";
    message.routingKey = "parked";
    message.properties.headers = std::move(headers);
    message.body = "{}";
    message.bodySize = 2;
    return message;
}

// The same with texts only.
inline Message withTexts(const QList<std::pair<QByteArray, QByteArray>>& texts) {
    HeaderTable headers;
    for (const auto& [name, text] : texts)
        headers.push_back({name, HeaderValue::string(text)});
    return withHeaders(std::move(headers));
}

inline QDateTime utc(const char* text) {
    return QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
}

} // namespace signalbox
