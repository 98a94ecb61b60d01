// What a person chose for a run. Pure values.
#pragma once

#include "models/base/result.h"
#include "models/messaging/messagesource.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <optional>

namespace signalbox {

// DeadLetter, Service Bus: moves active and deferred messages to the dead-letter sub-queue of their entity.
enum class RunKind { Replay, Delete, Purge, Restore, Import, DeadLetter };

struct ReplayDestination {
    enum class Kind {
        OriginQueue,    // default exchange + the queue where the message first died: exactly one receiver
        OriginExchange, // original exchange and routing keys (CC included): every binding gets a copy
        Exchange,       // a named exchange; routingKey empty = the original keys
        Queue,          // a named queue through the default exchange
    };
    // On Service Bus: OriginQueue is the entity whose dead letters they are. OriginExchange is that queue, or
    // the topic of that subscription, for every subscription that takes it. Exchange and Queue name a queue
    // or topic. Where OriginQueue, Exchange or Queue means a subscription, it goes to the topic, and is
    // refused where anybody else would get a copy too.
    Kind kind = Kind::OriginQueue;
    QString exchange;
    QString routingKey;
    QString queue;
    bool operator==(const ReplayDestination&) const = default;
};

enum class KeepOrStrip { Keep, Strip };

// How a run reaches its messages: in the order of the queue, as a receiver gets them, or (deferred and
// scheduled ones of Service Bus) by their numbers.
enum class Taking { InOrder, ByNumber, Both };

struct ReplayOptions {
    ReplayDestination destination;
    KeepOrStrip deathHeaders = KeepOrStrip::Strip; // x-death and x-first-death-*
    KeepOrStrip priority = KeepOrStrip::Keep;
    KeepOrStrip expiration = KeepOrStrip::Keep; // of its own; dead-lettering removes it, so few have one
    bool restoreExpiration = false;             // put x-death's original-expiration back
    KeepOrStrip userId = KeepOrStrip::Keep;     // Keep: refused when it differs from the connection's user
    // Service Bus only.
    KeepOrStrip messageId = KeepOrStrip::Keep; // Strip: a new one, made from the run's id and the message
    QDateTime enqueueAt;                       // scheduled for then; invalid: now
    bool separately = false;                   // never in one transaction, even where the broker could
    bool atomic = false; // sending and removing are one transaction; the plan says so, not the person
    Taking taking = Taking::InOrder; // the plan says so, too
    bool keepsNoCopies = false;      // of a purge
    DeadLetterWords deadLetter;      // RunKind::DeadLetter: reason and description

    bool markAttempts = true; // attemptHeader counts up, runHeader names the run
    bool allowRepeat = false; // send although the journal says it was replayed before
    double ratePerSecond = 0; // 0 = as fast as the broker takes it
    qint64 limit = 0;         // 0 = all
    QString order;            // as the reading's columns name it, "last_death desc"; empty: the queue's
    bool operator==(const ReplayOptions&) const = default;
};

QByteArray toJson(const ReplayOptions& options);
// Unknown members are ignored, missing ones keep their default; Corrupt when it is no such object.
Result<ReplayOptions> replayOptionsFromJson(const QByteArray& json);

QString runKindWord(RunKind kind); // replay, delete, purge, restore, import, dead-letter
std::optional<RunKind> runKindFromWord(const QString& word);
// "to the origin queue", "to exchange orders"; in the words of Service Bus, which has no exchanges.
QString destinationText(const ReplayDestination& destination, bool isServiceBus = false);

} // namespace signalbox
