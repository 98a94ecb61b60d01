#include "tests/support/servicebuspeer/controlfront.h"

#include "tests/support/servicebuspeer/host.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace signalbox::sbpeer {

namespace {

HttpResponse json(const QJsonValue& value) {
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return {200, "application/json", document.toJson(QJsonDocument::Compact)};
}

HttpResponse bad(const QByteArray& words) {
    return {400, "text/plain", words};
}

QJsonObject describe(const Entry& entry) {
    return {{QStringLiteral("number"), QString::number(entry.number)},
            {QStringLiteral("messageId"), QString::fromUtf8(entry.message.property(Message::MessageId))},
            {QStringLiteral("sessionId"), QString::fromUtf8(entry.session)},
            {QStringLiteral("state"), static_cast<int>(entry.state)},
            {QStringLiteral("locked"), !entry.lockToken.isEmpty()},
            {QStringLiteral("deliveryCount"), entry.deliveryCount},
            {QStringLiteral("bodyBytes"), QString::fromLatin1(entry.message.body.toBase64())}};
}

HttpResponse messages(Host& host, const HttpRequest& request) {
    const QByteArray path =
        request.query.queryItemValue(QStringLiteral("entity"), QUrl::FullyDecoded).toUtf8();
    const QString part = request.query.queryItemValue(QStringLiteral("part"));
    Entity* entity = host.broker().find(path);
    if (entity == nullptr) {
        return {404, "text/plain", "no entity '" + path + "'"};
    }
    const Place place{entity, part == QLatin1String("dead")       ? Place::Part::Dead
                              : part == QLatin1String("transfer") ? Place::Part::Transfer
                                                                  : Place::Part::Main};
    QJsonArray list;
    for (const auto& [number, entry] : place.store()->entries()) {
        list.append(describe(entry));
    }
    return json(list);
}

Refusal refusalOf(const QJsonObject& object, const char* condition, const char* description) {
    Refusal refusal{condition, description};
    if (const QString given = object[QLatin1String("condition")].toString(); !given.isEmpty()) {
        refusal.condition = given.toUtf8();
    }
    if (const QString given = object[QLatin1String("description")].toString(); !given.isEmpty()) {
        refusal.description = given.toUtf8();
    }
    return refusal;
}

// What is done at once; the member's value is its object.
bool act(Host& host, const QString& name, const QJsonObject& object) {
    const QByteArray path = object[QLatin1String("entity")].toString().toUtf8();
    if (name == QLatin1String("drop")) {
        host.dropConnections();
    } else if (name == QLatin1String("close")) {
        host.closeConnections(
            refusalOf(object, "amqp:connection:forced", "The connection was closed on demand."));
    } else if (name == QLatin1String("detach")) {
        host.detachLinks(path,
                         refusalOf(object, "amqp:link:detach-forced", "The link was detached on demand."));
    } else if (name == QLatin1String("loseLocks")) {
        host.loseLocks(path);
    } else if (name == QLatin1String("expireTokens")) {
        host.expireTokens();
    } else {
        return false;
    }
    return true;
}

HttpResponse faults(Host& host, const QJsonObject& wishes) {
    Faults& faults = host.faults();
    const std::pair<const char*, int Faults::*> counters[] = {
        {"dropAfterTransfers", &Faults::dropAfterTransfers},
        {"throttleSends", &Faults::throttleSends},
        {"throttleManagement", &Faults::throttleManagement},
        {"refuseSends", &Faults::refuseSends},
        {"dropBeforeAccepts", &Faults::dropBeforeAccepts},
        {"swallowAccepts", &Faults::swallowAccepts},
        {"throttleHttp", &Faults::throttleHttp},
        {"throttleHttpStatus", &Faults::throttleHttpStatus},
        {"throttleHttpSeconds", &Faults::throttleHttpSeconds},
        {"swallowSettlements", &Faults::swallowSettlements},
        {"exitAfterAccepts", &Faults::exitAfterAccepts},
        {"delayMs", &Faults::delayMs}};
    for (auto wish = wishes.begin(); wish != wishes.end(); ++wish) {
        bool known = wish.key() == QLatin1String("refusal");
        if (known) {
            faults.refusal = refusalOf(wish.value().toObject(), "amqp:internal-error", "Refused on demand.");
        }
        for (const auto& [name, counter] : counters) {
            if (wish.key() == QLatin1String(name)) {
                faults.*counter = wish.value().toInt();
                known = true;
            }
        }
        if (!known && !act(host, wish.key(), wish.value().toObject())) {
            return bad("the fault '" + wish.key().toUtf8() + "' is not known");
        }
    }
    return json(QJsonObject());
}

// {"path": .., "status": ..}: the state of an entity.
HttpResponse changeEntity(Host& host, const QJsonObject& wishes) {
    Entity* entity = host.broker().find(wishes[QLatin1String("path")].toString().toUtf8());
    const auto status = statusOf(wishes[QLatin1String("status")].toString().toUtf8());
    if (entity == nullptr || !status) {
        return bad("there is no such entity or status");
    }
    entity->settings.status = *status;
    host.broker().touch();
    return json(QJsonObject());
}

} // namespace

QJsonObject countsOf(Host& host) {
    QJsonObject counts;
    for (const Entity* entity : host.broker().all()) {
        int locked = 0;
        for (const auto& [number, entry] : entity->main->entries()) {
            locked += entry.lockToken.isEmpty() ? 0 : 1;
        }
        const auto count = [entity](MessageState state) {
            return static_cast<qint64>(entity->main->count(state));
        };
        counts[QString::fromUtf8(entity->path)] = QJsonObject{
            {QStringLiteral("active"), count(MessageState::Active)},
            {QStringLiteral("deferred"), count(MessageState::Deferred)},
            {QStringLiteral("scheduled"), count(MessageState::Scheduled)},
            {QStringLiteral("locked"), locked},
            {QStringLiteral("dead"), static_cast<qint64>(entity->dead->entries().size())},
            {QStringLiteral("transfer"), static_cast<qint64>(entity->transfer->entries().size())}};
    }
    return counts;
}

HttpResponse answerControl(Host& host, const HttpRequest& request) {
    const QByteArray what = request.path.mid(request.path.indexOf('/') + 1);
    if (request.method == "GET" && what == "counts") {
        return json(countsOf(host));
    }
    if (request.method == "GET" && what == "messages") {
        return messages(host, request);
    }
    if (request.method == "GET" && what == "connections") {
        return json(QJsonObject{{QStringLiteral("open"), host.connections()}});
    }
    const QJsonObject body = QJsonDocument::fromJson(request.body).object();
    if (request.method == "POST" && what == "faults") {
        return faults(host, body);
    }
    if (request.method == "POST" && what == "entity") {
        return changeEntity(host, body);
    }
    if (request.method == "POST" && what == "clock") {
        host.advance(body[QLatin1String("advanceMs")].toInteger());
        return json(QJsonObject());
    }
    return {404, "text/plain", "nothing here is called '" + what + "'"};
}

} // namespace signalbox::sbpeer
