#include "models/messaging/deathpath.h"

#include <algorithm>

namespace signalbox {

namespace {

QStringList textsOf(const HeaderValue* value) {
    QStringList texts;
    if (value && value->asArray()) {
        for (const HeaderValue& item : *value->asArray()) {
            if (item.asBytes())
                texts << textOf(&item);
        }
    } else if (value && value->asBytes()) {
        texts << textOf(value);
    }
    return texts;
}

// Years 1970 to 9999; the broker's own clock is never outside.
QDateTime timeOf(const HeaderValue* value) {
    const auto* seconds = value ? std::get_if<std::int64_t>(&value->data) : nullptr;
    if (!seconds || *seconds < 0 || *seconds > 253402300799)
        return {};
    return QDateTime::fromSecsSinceEpoch(*seconds, Qt::UTC);
}

DeathHop hopOf(const HeaderTable& entry) {
    DeathHop hop;
    hop.queue = textOf(findHeader(entry, "queue"));
    hop.reason = textOf(findHeader(entry, "reason"));
    hop.exchange = textOf(findHeader(entry, "exchange"));
    hop.routingKeys = textsOf(findHeader(entry, "routing-keys"));
    hop.time = timeOf(findHeader(entry, "time"));
    hop.originalExpiration = textOf(findHeader(entry, "original-expiration"));
    std::int64_t count = 0;
    const HeaderValue* counted = findHeader(entry, "count");
    hop.count = counted && headerInteger(*counted, &count) && count > 0 ? count : 1; // it died at least once
    return hop;
}

std::vector<DeathHop> hopsOf(const HeaderValue* deaths) {
    std::vector<DeathHop> hops;
    if (!deaths || !deaths->asArray())
        return hops;
    for (const HeaderValue& entry : *deaths->asArray()) {
        if (!entry.asTable())
            continue;
        DeathHop hop = hopOf(*entry.asTable());
        if (!hop.queue.isEmpty() || !hop.reason.isEmpty())
            hops.push_back(std::move(hop));
    }
    std::reverse(hops.begin(), hops.end());
    return hops;
}

// The list is in order of the last death there. A message that came back to its first queue has that queue
// in front again, so the first death is told by the headers made for it, else by the times.
std::vector<DeathHop>::iterator findOrigin(std::vector<DeathHop>& hops, const QString& queue,
                                           const QString& reason) {
    if (!queue.isEmpty()) {
        const auto exact = std::find_if(hops.begin(), hops.end(), [&](const DeathHop& hop) {
            return hop.queue == queue && hop.reason == reason;
        });
        if (exact != hops.end())
            return exact;
        return std::find_if(hops.begin(), hops.end(),
                            [&](const DeathHop& hop) { return hop.queue == queue; });
    }
    return std::min_element(hops.begin(), hops.end(), [](const DeathHop& left, const DeathHop& right) {
        return left.time.isValid() && right.time.isValid() && left.time < right.time;
    });
}

} // namespace

QString textOf(const HeaderValue* value) {
    const QByteArray* bytes = value ? value->asBytes() : nullptr;
    return bytes ? QString::fromUtf8(*bytes) : QString();
}

DeathPath deathPath(const Message& message) {
    DeathPath path;
    path.hops = hopsOf(message.header("x-death"));
    path.firstQueue = textOf(message.header("x-first-death-queue"));
    const HeaderValue* exchange = message.header("x-first-death-exchange");
    path.firstExchange = textOf(exchange);
    const QString firstReason = textOf(message.header("x-first-death-reason"));
    if (path.hops.empty()) {
        path.newestReason = firstReason;
        return path;
    }
    path.newestReason = path.hops.back().reason;
    const auto origin = findOrigin(path.hops, path.firstQueue, firstReason);
    path.hasOrigin = origin != path.hops.end();
    if (path.hasOrigin)
        std::rotate(path.hops.begin(), origin, std::next(origin));
    const DeathHop& oldest = path.hops.front();
    if (path.firstQueue.isEmpty())
        path.firstQueue = oldest.queue;
    if (!exchange || !exchange->asBytes())
        path.firstExchange = oldest.exchange;
    return path;
}

} // namespace signalbox
