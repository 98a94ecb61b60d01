// What entities of the peer are made of; defaults are those of a Standard namespace. Times in milliseconds.
#pragma once

#include "tests/support/servicebuspeer/clock.h"
#include "tests/support/servicebuspeer/value.h"

namespace signalbox::sbpeer {

enum class EntityKind { Queue, Topic, Subscription };
enum class EntityStatus { Active, Disabled, SendDisabled, ReceiveDisabled };
QByteArray statusWord(EntityStatus status);
std::optional<EntityStatus> statusOf(const QByteArray& word);

struct EntitySettings {
    qint64 lockMs = 60000;
    qint64 timeToLiveMs = foreverMs;
    qint64 duplicateWindowMs = 600000;
    qint64 autoDeleteMs = foreverMs;
    qint64 maxMegabytes = 1024;
    qint64 maxMessageKilobytes = 256;
    int maxDeliveryCount = 10;
    bool sessions = false;
    bool detectsDuplicates = false;
    bool deadLettersExpired = false;
    bool deadLettersFilterErrors = true;
    bool batched = true;
    bool partitioned = false;
    bool express = false;
    bool ordered = true;
    EntityStatus status = EntityStatus::Active;
    QByteArray forwardTo, forwardDeadLettersTo; // entity paths
    QByteArray userMetadata;
    bool operator==(const EntitySettings&) const = default;
};

struct Filter {
    enum class Kind { True, False, Sql, Correlation };
    Kind kind = Kind::True;
    QByteArray sql = "1=1";
    Value parameters; // of SQL: map @name -> scalar
    // Of correlation, in the order of the wire: correlation-id, message-id, to, reply-to, label, session-id,
    // reply-to-session-id, content-type; null where not asked for.
    std::vector<Value> fields = std::vector<Value>(8);
    Value applicationProperties; // map
    bool operator==(const Filter&) const = default;
};

struct Rule {
    QByteArray name = "$Default";
    Filter filter;
    QByteArray action; // SQL; empty: none
    qint64 createdAt = 0;
    bool operator==(const Rule&) const = default;
};

} // namespace signalbox::sbpeer
