#include "models/messaging/deathpath.h"

#include <algorithm>

namespace signalbox {

namespace {

QString text(const HeaderValue* value) {
    return value ? QString::fromUtf8(headerText(*value)) : QString();
}

DeathHop hopOf(const HeaderTable& entry) {
    DeathHop hop;
    hop.queue = text(findHeader(entry, "queue"));
    hop.reason = text(findHeader(entry, "reason"));
    hop.exchange = text(findHeader(entry, "exchange"));
    hop.originalExpiration = text(findHeader(entry, "original-expiration"));
    if (const HeaderValue* keys = findHeader(entry, "routing-keys"); keys && keys->asArray()) {
        for (const HeaderValue& key : *keys->asArray())
            hop.routingKeys << QString::fromUtf8(headerText(key));
    }
    if (const HeaderValue* time = findHeader(entry, "time"); time && time->kind == ValueKind::Timestamp) {
        // Whatever lies beyond the year 9999 is not a time.
        constexpr std::int64_t lastSecond = 253402300799;
        const auto number = std::get<std::int64_t>(time->data);
        if (number >= 0 && number <= lastSecond)
            hop.time = QDateTime::fromSecsSinceEpoch(number, Qt::UTC);
    }
    std::int64_t count = 0;
    if (const HeaderValue* counted = findHeader(entry, "count"); counted && headerInteger(*counted, &count))
        hop.count = std::max<std::int64_t>(count, 0);
    return hop;
}

} // namespace

QString headerString(const Message& message, QByteArrayView name) {
    return text(message.header(name));
}

std::vector<DeathHop> deathPath(const Message& message) {
    std::vector<DeathHop> path;
    const HeaderValue* deaths = message.header("x-death");
    const HeaderValue::Array* entries = deaths ? deaths->asArray() : nullptr;
    if (!entries)
        return path;
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
        if (const HeaderValue::Table* table = entry->asTable())
            path.push_back(hopOf(*table));
    }
    return path;
}

} // namespace signalbox
