// Port: what a broker's management can change of its entities themselves (Service Bus). Each call does what
// it says at once: who may, and what is kept on record, is EntityDesk's matter. Lives on the gateway's
// thread.
#pragma once

#include "models/base/result.h"
#include "models/messaging/bustopology.h"

#include <QFuture>
#include <optional>
#include <utility>
#include <vector>

namespace signalbox {

struct EntityFacts {
    QString path;
    BusEntity::Kind kind = BusEntity::Kind::Queue;
    BusEntity::Status status = BusEntity::Status::Active;
    // -1: not told. A topic holds scheduled ones only.
    qint64 active = -1, deadLetters = -1, scheduled = -1, transfer = -1, transferDeadLetters = -1;
    // Everything else it tells, by its own names and in its order: LockDuration, ForwardTo ...
    std::vector<std::pair<QString, QString>> properties;
    bool operator==(const EntityFacts&) const = default;

    qint64 messages() const; // all of them; -1: nothing is told
};

class EntityAdmin {
public:
    EntityAdmin() = default;
    virtual ~EntityAdmin() = default;
    EntityAdmin(const EntityAdmin&) = delete;
    EntityAdmin& operator=(const EntityAdmin&) = delete;
    EntityAdmin(EntityAdmin&&) = delete;
    EntityAdmin& operator=(EntityAdmin&&) = delete;

    // NotAllowed, NotAuthenticated: no right (Manage). NotFound. Busy: throttled to the end of patience.
    virtual QFuture<Result<std::vector<EntityFacts>>> entities() = 0; // by kind and path
    virtual QFuture<Result<std::vector<EntityFacts>>> subscriptions(const QString& topic) = 0;
    virtual QFuture<Result<EntityFacts>> entity(const QString& path) = 0;
    // All other settings stay as they are; gives what the service says afterwards.
    virtual QFuture<Result<EntityFacts>> setStatus(const QString& path, BusEntity::Status status) = 0;
    // With all its messages, of a topic with its subscriptions.
    virtual QFuture<Result<void>> remove(const QString& path) = 0;

    virtual QFuture<Result<std::vector<BusRule>>> rules(const QString& subscription) = 0;
    // Conflict: there is one of that name.
    virtual QFuture<Result<void>> addRule(const QString& subscription, const BusRule& rule) = 0;
    // Filter and action of the rule of that name, in one step: there is no moment without a rule.
    virtual QFuture<Result<void>> replaceRule(const QString& subscription, const BusRule& rule) = 0;
    virtual QFuture<Result<void>> removeRule(const QString& subscription, const QString& name) = 0;
};

QString entityKindWord(BusEntity::Kind kind); // queue, topic, subscription
// active, disabled, send-disabled, receive-disabled
QString entityStatusWord(BusEntity::Status status);
// Of that word, or of the service's own ("SendDisabled"), whatever its case.
std::optional<BusEntity::Status> entityStatusOfWord(const QString& word);

} // namespace signalbox
