// What a dead letter tells about its death: the x-death path and what frameworks put into headers.
// Source: rabbitmq.com documentation "Dead Letter Exchanges": x-death is newest first, one entry per {queue,
// reason}.
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"

#include <QDateTime>
#include <QStringList>

namespace signalbox {

struct DeathHop {
    QString queue;
    QString reason; // rejected, expired, maxlen, delivery_limit, or the broker's word
    QString exchange;
    QStringList routingKeys; // CC keys included
    QDateTime time;          // UTC, of the first death in this {queue, reason}
    qint64 count = 0;
    QString originalExpiration; // ms as text, empty = none
    bool operator==(const DeathHop&) const = default;
};

struct DeathFacts {
    std::vector<DeathHop> path; // oldest first: path.front() is the origin
    QString reason;             // of the newest death; a framework's where there is no x-death
    QString originQueue;        // x-first-death-queue, else the oldest hop, else the framework's
    QString originExchange; // exchange the message was first published to; empty may be the default exchange
    QStringList originKeys; // routing keys of that publish, CC included
    bool originKnown = false;
    QDateTime firstDeath;
    QDateTime lastDeath;
    qint64 deaths = 0; // sum of counts; 1 where only a framework tells of one
    QString exceptionType;
    QString exceptionText;
    QString stackTrace;
    QString messageType;
    QString framework;         // "MassTransit", "NServiceBus", ... or empty
    qint64 replayAttempts = 0; // our own marker header
    bool operator==(const DeathFacts&) const = default;
};

// Framework conventions are data (resources/conventions.json); see conventions.h.
struct Conventions;
DeathFacts deathFacts(const Message& message, const Conventions& conventions);

// Header that counts our replays of a message (int64) and names the run that sent it last.
inline constexpr const char* attemptHeader = "x-signalbox-attempt";
inline constexpr const char* runHeader = "x-signalbox-run";

} // namespace signalbox
