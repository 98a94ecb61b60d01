#include "models/replay/replayoptions.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <array>
#include <utility>

namespace signalbox {
namespace {

using Kind = ReplayDestination::Kind;

constexpr std::array<std::pair<Kind, const char*>, 4> destinationWords{{
    {Kind::OriginQueue, "origin-queue"},
    {Kind::OriginExchange, "origin-exchange"},
    {Kind::Exchange, "exchange"},
    {Kind::Queue, "queue"},
}};

constexpr std::array<std::pair<RunKind, const char*>, 6> kindWords{{
    {RunKind::Replay, "replay"},
    {RunKind::Delete, "delete"},
    {RunKind::Purge, "purge"},
    {RunKind::Restore, "restore"},
    {RunKind::Import, "import"},
    {RunKind::DeadLetter, "dead-letter"},
}};

constexpr std::array<std::pair<Taking, const char*>, 3> takingWords{{
    {Taking::InOrder, "in-order"},
    {Taking::ByNumber, "by-number"},
    {Taking::Both, "both"},
}};

QString keepWord(KeepOrStrip choice) {
    return choice == KeepOrStrip::Keep ? QStringLiteral("keep") : QStringLiteral("strip");
}

void readKeep(const QJsonObject& object, const QString& name, KeepOrStrip* out) {
    const QString word = object.value(name).toString();
    if (word == QLatin1String("keep"))
        *out = KeepOrStrip::Keep;
    else if (word == QLatin1String("strip"))
        *out = KeepOrStrip::Strip;
}

} // namespace

QByteArray toJson(const ReplayOptions& options) {
    QJsonObject destination;
    for (const auto& [kind, word] : destinationWords) {
        if (kind == options.destination.kind)
            destination.insert(QStringLiteral("kind"), QLatin1String(word));
    }
    destination.insert(QStringLiteral("exchange"), options.destination.exchange);
    destination.insert(QStringLiteral("routingKey"), options.destination.routingKey);
    destination.insert(QStringLiteral("queue"), options.destination.queue);

    QJsonObject object;
    object.insert(QStringLiteral("destination"), destination);
    object.insert(QStringLiteral("deathHeaders"), keepWord(options.deathHeaders));
    object.insert(QStringLiteral("priority"), keepWord(options.priority));
    object.insert(QStringLiteral("expiration"), keepWord(options.expiration));
    object.insert(QStringLiteral("restoreExpiration"), options.restoreExpiration);
    object.insert(QStringLiteral("userId"), keepWord(options.userId));
    object.insert(QStringLiteral("messageId"), keepWord(options.messageId));
    if (options.enqueueAt.isValid())
        object.insert(QStringLiteral("enqueueAt"), options.enqueueAt.toUTC().toString(Qt::ISODateWithMs));
    object.insert(QStringLiteral("markAttempts"), options.markAttempts);
    object.insert(QStringLiteral("allowRepeat"), options.allowRepeat);
    object.insert(QStringLiteral("separately"), options.separately);
    object.insert(QStringLiteral("atomic"), options.atomic);
    for (const auto& [taking, word] : takingWords) {
        if (taking == options.taking)
            object.insert(QStringLiteral("taking"), QLatin1String(word));
    }
    if (options.keepsNoCopies)
        object.insert(QStringLiteral("keepsNoCopies"), true);
    if (options.deadLetter != DeadLetterWords()) {
        object.insert(QStringLiteral("deadLetterReason"), options.deadLetter.reason);
        object.insert(QStringLiteral("deadLetterDescription"), options.deadLetter.description);
    }
    object.insert(QStringLiteral("ratePerSecond"), options.ratePerSecond);
    object.insert(QStringLiteral("limit"), options.limit);
    if (!options.order.isEmpty())
        object.insert(QStringLiteral("order"), options.order);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<ReplayOptions> replayOptionsFromJson(const QByteArray& json) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject()) {
        return failure(ErrorKind::Corrupt, QStringLiteral("The options of a run cannot be read."),
                       QStringLiteral("%1 at byte %2").arg(error.errorString()).arg(error.offset));
    }
    const QJsonObject object = document.object();
    ReplayOptions options;
    const QJsonObject destination = object.value(QStringLiteral("destination")).toObject();
    const QString kindWord = destination.value(QStringLiteral("kind")).toString();
    bool known = false;
    for (const auto& [kind, word] : destinationWords) {
        if (kindWord == QLatin1String(word)) {
            options.destination.kind = kind;
            known = true;
        }
    }
    // A wrong guess would send messages somewhere else, so an unknown destination has no default.
    if (!known)
        return failure(ErrorKind::Corrupt, QStringLiteral("The run names an unknown kind of destination."),
                       QStringLiteral("destination.kind: \"%1\"").arg(kindWord));
    options.destination.exchange = destination.value(QStringLiteral("exchange")).toString();
    options.destination.routingKey = destination.value(QStringLiteral("routingKey")).toString();
    options.destination.queue = destination.value(QStringLiteral("queue")).toString();
    readKeep(object, QStringLiteral("deathHeaders"), &options.deathHeaders);
    readKeep(object, QStringLiteral("priority"), &options.priority);
    readKeep(object, QStringLiteral("userId"), &options.userId);
    readKeep(object, QStringLiteral("expiration"), &options.expiration);
    readKeep(object, QStringLiteral("messageId"), &options.messageId);
    if (const QJsonValue at = object.value(QStringLiteral("enqueueAt")); !at.isUndefined()) {
        options.enqueueAt = QDateTime::fromString(at.toString(), Qt::ISODateWithMs);
        // Sent at once is not what was chosen.
        if (!options.enqueueAt.isValid())
            return failure(ErrorKind::Corrupt,
                           QStringLiteral("The run is scheduled for a time that is none."),
                           QStringLiteral("enqueueAt: \"%1\"").arg(at.toString()));
        options.enqueueAt = options.enqueueAt.toUTC();
    }
    options.restoreExpiration = object.value(QStringLiteral("restoreExpiration")).toBool(false);
    options.markAttempts = object.value(QStringLiteral("markAttempts")).toBool(true);
    options.allowRepeat = object.value(QStringLiteral("allowRepeat")).toBool(false);
    options.separately = object.value(QStringLiteral("separately")).toBool(false);
    options.atomic = object.value(QStringLiteral("atomic")).toBool(false);
    for (const auto& [taking, word] : takingWords) {
        if (object.value(QStringLiteral("taking")).toString() == QLatin1String(word))
            options.taking = taking;
    }
    options.keepsNoCopies = object.value(QStringLiteral("keepsNoCopies")).toBool(false);
    options.deadLetter.reason = object.value(QStringLiteral("deadLetterReason")).toString();
    options.deadLetter.description = object.value(QStringLiteral("deadLetterDescription")).toString();
    options.ratePerSecond = object.value(QStringLiteral("ratePerSecond")).toDouble(0);
    options.limit = object.value(QStringLiteral("limit")).toInteger(0);
    options.order = object.value(QStringLiteral("order")).toString();
    return options;
}

QString runKindWord(RunKind kind) {
    for (const auto& [value, word] : kindWords) {
        if (value == kind)
            return QString::fromLatin1(word);
    }
    return QStringLiteral("replay");
}

std::optional<RunKind> runKindFromWord(const QString& word) {
    for (const auto& [value, text] : kindWords) {
        if (word == QLatin1String(text))
            return value;
    }
    return std::nullopt;
}

QString destinationText(const ReplayDestination& destination, bool isServiceBus) {
    if (isServiceBus) {
        switch (destination.kind) {
        case Kind::OriginQueue:
            return QStringLiteral("back to where they died");
        case Kind::OriginExchange:
            return QStringLiteral("to their queue or topic");
        case Kind::Exchange:
            return QStringLiteral("to %1").arg(destination.exchange);
        case Kind::Queue:
            return QStringLiteral("to %1").arg(destination.queue);
        }
    }
    switch (destination.kind) {
    case Kind::OriginQueue:
        return QStringLiteral("to the origin queue");
    case Kind::OriginExchange:
        return QStringLiteral("to the original exchange and routing keys");
    case Kind::Exchange:
        return destination.routingKey.isEmpty()
                   ? QStringLiteral("to exchange %1 with the original keys").arg(destination.exchange)
                   : QStringLiteral("to exchange %1 with key %2")
                         .arg(destination.exchange, destination.routingKey);
    case Kind::Queue:
        return QStringLiteral("to queue %1").arg(destination.queue);
    }
    return {};
}

} // namespace signalbox
