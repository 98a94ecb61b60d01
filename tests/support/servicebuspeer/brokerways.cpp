// The ways of a message through the namespace: accepted, fanned out, forwarded, dead-lettered.
#include "tests/support/servicebuspeer/broker.h"

#include "tests/support/servicebuspeer/filter.h"

#include <QUuid>

namespace signalbox::sbpeer {

namespace {

constexpr int mostHops = 4;
constexpr qsizetype mostReasonChars = 4096;

qsizetype sizeOf(const Message& message) {
    return message.bytes().size();
}

void forgetServiceFields(Message& message) {
    for (const char* key : {"x-opt-enqueued-time", "x-opt-sequence-number", "x-opt-enqueue-sequence-number",
                            "x-opt-locked-until", "x-opt-deadletter-source", "x-opt-message-state",
                            "x-opt-partition-id", "x-opt-lock-token"}) {
        message.annotations.remove(key);
    }
}

} // namespace

Outcome<void> Broker::checkSend(const Place& place, const Message& message) {
    const Entity& entity = *place.entity;
    const EntitySettings& settings = entity.settings;
    if (place.part != Place::Part::Main || entity.kind == EntityKind::Subscription) {
        return refuse("amqp:not-allowed", "Messages cannot be sent to '" + entity.path + "'.");
    }
    if (!entity.maySend()) {
        return refuse("com.microsoft:entity-disabled",
                      "Messaging entity '" + entity.path + "' is currently disabled for sending.");
    }
    if (sizeOf(message) > settings.maxMessageKilobytes * 1024) {
        return refuse("amqp:link:message-size-exceeded",
                      "The received message exceeds the limit (" +
                          QByteArray::number(settings.maxMessageKilobytes * 1024) + " bytes currently).");
    }
    const QByteArray session = message.property(Message::GroupId);
    if (settings.sessions && message.properties.at(Message::GroupId).isNull()) {
        return refuse("amqp:not-allowed",
                      "The SessionId was not set on a message, and it cannot be sent to the "
                      "entity. Entities that have session support enabled can only receive "
                      "messages that have the SessionId set to a valid value.");
    }
    const QByteArray partitionKey = message.annotation("x-opt-partition-key");
    if (!session.isEmpty() && !partitionKey.isEmpty() && partitionKey != session) {
        return refuse("amqp:not-allowed", "The partition key must equal the session id.");
    }
    if (session.size() > 128 || message.property(Message::MessageId).size() > 128 ||
        partitionKey.size() > 128) {
        return refuse("com.microsoft:argument-out-of-range",
                      "Message id, session id and partition key have at most 128 characters.");
    }
    const Value& properties = message.applicationProperties;
    for (std::size_t i = 1; i < properties.items().size(); i += 2) {
        if (!properties.items()[i].isScalar()) {
            return refuse("amqp:not-allowed", "Application properties are scalars.");
        }
    }
    if (entity.main->bytes() + entity.dead->bytes() > settings.maxMegabytes * 1024 * 1024) {
        return refuse("amqp:resource-limit-exceeded",
                      "The maximum entity size has been reached or exceeded for '" + entity.path + "'.");
    }
    return {};
}

Entry Broker::makeEntry(Entity& entity, Message message) {
    Entry entry;
    forgetServiceFields(message);
    if (message.properties.at(Message::MessageId).isNull()) { // the service gives one
        message.properties = message.properties.isNull() ? Value::list() : message.properties;
        message.properties.items().resize(std::max<std::size_t>(message.properties.items().size(), 1));
        message.properties.items()[Message::MessageId] =
            Value::text(QUuid::createUuid().toByteArray(QUuid::Id128));
    }
    entry.enqueuedAt = now();
    entry.session = message.property(Message::GroupId);
    const qint64 scheduled = message.annotations["x-opt-scheduled-enqueue-time"].toInt();
    if (scheduled > now()) {
        entry.state = MessageState::Scheduled;
        entry.scheduledFor = scheduled;
    }
    const qint64 own = message.timeToLive();
    const qint64 limit = entity.settings.timeToLiveMs;
    const qint64 effective = own > 0 ? std::min(own, limit) : limit;
    if (effective < foreverMs) {
        entry.expiresAt = std::max(now(), scheduled) + effective;
        setDeliveryCount(message.header, 0);
        message.header.items()[2] = Value::number(Value::Type::UInt, std::min<qint64>(effective, 0xffffffff));
        if (!message.properties.at(Message::ExpiryTime).isNull()) {
            auto& properties = message.properties.items();
            properties.resize(std::max<std::size_t>(properties.size(), Message::CreationTime + 1));
            properties[Message::ExpiryTime] = Value::number(Value::Type::Timestamp, now() + effective);
            properties[Message::CreationTime] = Value::number(Value::Type::Timestamp, now());
        }
    }
    entry.message = std::move(message);
    return entry;
}

bool Broker::isDuplicate(Entity& entity, const Entry& entry) {
    if (!entity.settings.detectsDuplicates) {
        return false;
    }
    QByteArray id = entry.message.property(Message::MessageId);
    if (id.isEmpty()) {
        return false;
    }
    if (entity.settings.partitioned) {
        id += '\n' + entry.message.annotation("x-opt-partition-key");
    }
    const qint64 since = now() - entity.settings.duplicateWindowMs;
    while (!entity.seenByAge.empty() && entity.seenByAge.front().first <= since) {
        entity.seen.remove(entity.seenByAge.front().second);
        entity.seenByAge.pop_front();
    }
    if (entity.seen.contains(id)) {
        return true;
    }
    entity.seen.insert(id, now());
    entity.seenByAge.emplace_back(now(), id);
    return false;
}

Outcome<qint64> Broker::send(const Place& place, Message message) {
    if (auto fit = checkSend(place, message); !fit) {
        return tl::unexpected(fit.error());
    }
    Entity& entity = *place.entity;
    entity.accessedAt = now();
    Entry entry = makeEntry(entity, std::move(message));
    if (isDuplicate(entity, entry)) {
        return 0;
    }
    const qint64 number = entry.state == MessageState::Scheduled ? entity.main->add(std::move(entry))
                                                                 : deliver(entity, std::move(entry));
    touch();
    return number;
}

Outcome<qint64> Broker::put(const QByteArray& address, Message message) {
    const auto place = resolve(address);
    if (!place) {
        return tl::unexpected(place.error());
    }
    if (place->part == Place::Part::Main && place->entity->kind != EntityKind::Subscription) {
        return send(*place, std::move(message));
    }
    Entry entry = makeEntry(*place->entity, std::move(message));
    if (place->part != Place::Part::Main) {
        entry.expiresAt = foreverMs;
    }
    const qint64 number = place->store()->add(std::move(entry));
    touch();
    return number;
}

// A message that has arrived at an entity and is not scheduled any more.
qint64 Broker::deliver(Entity& entity, Entry entry) {
    if (entity.kind == EntityKind::Topic) {
        fanOut(entity, entry);
        return 0;
    }
    if (!entity.settings.forwardTo.isEmpty()) {
        forward(entity, std::move(entry), entity.settings.forwardTo);
        return 0;
    }
    if (entity.settings.sessions && entry.message.properties.at(Message::GroupId).isNull()) {
        bury(entity, std::move(entry), "Session ID is null",
             "Session enabled entity doesn't allow a message "
             "whose session identifier is null.");
        return 0;
    }
    return entity.main->add(std::move(entry));
}

void Broker::fanOut(Entity& topic, const Entry& entry) {
    for (const auto& [name, subscription] : topic.subscriptions) {
        offer(*subscription, entry);
    }
}

// One copy for all matching rules without an action, and one for each that has one.
void Broker::offer(Entity& subscription, const Entry& entry) {
    bool plain = false;
    std::vector<Message> copies;
    for (const Rule& rule : subscription.rules) {
        const auto match = matches(rule.filter, entry.message);
        if (!match) {
            if (subscription.settings.deadLettersFilterErrors) {
                bury(subscription, entry, "FilterEvaluationException", match.error().description);
            }
            return;
        }
        if (!*match) {
            continue;
        }
        Message altered = entry.message;
        if (rule.action.isEmpty()) {
            plain = true;
        } else if (applyAction(rule.action, altered)) {
            copies.push_back(std::move(altered));
        }
    }
    if (plain) {
        copies.insert(copies.begin(), entry.message);
    }
    for (Message& message : copies) {
        Entry copy = makeEntry(subscription, std::move(message));
        copy.state = MessageState::Active;
        copy.hops = entry.hops;
        copy.number = 0;
        copy.enqueuedNumber = entry.enqueuedNumber;
        copy.expiresAt = std::min(copy.expiresAt, entry.expiresAt);
        deliver(subscription, std::move(copy));
    }
}

void Broker::forward(Entity& from, Entry entry, const QByteArray& destination) {
    if (entry.enqueuedNumber == 0) {
        entry.enqueuedNumber = firstNumber + ++from.lastNumber;
    }
    if (++entry.hops > mostHops) {
        applyChanges(entry.message, Value::map()
                                        .set("DeadLetterReason", Value::text("MaxTransferHopCountExceeded"))
                                        .set("DeadLetterErrorDescription",
                                             Value::text("The message was forwarded more than 4 times.")));
        entry.expiresAt = foreverMs;
        from.dead->add(std::move(entry));
        return;
    }
    Entity* target = find(destination);
    const Place place{target, Place::Part::Main};
    Message message = entry.message;
    auto fit = target == nullptr
                   ? Outcome<void>(refuse("amqp:not-found",
                                          "The messaging entity '" + destination + "' could not be found."))
                   : checkSend(place, message);
    const bool sessionless =
        target != nullptr && target->settings.sessions && message.properties.at(Message::GroupId).isNull();
    if (!fit && !sessionless) {
        applyChanges(entry.message,
                     Value::map()
                         .set("DeadLetterReason", Value::text(fit.error().condition))
                         .set("DeadLetterErrorDescription", Value::text(fit.error().description)));
        entry.expiresAt = foreverMs;
        from.transfer->add(std::move(entry));
        return;
    }
    Entry arrived = makeEntry(*target, std::move(message));
    arrived.state = MessageState::Active;
    arrived.hops = entry.hops;
    arrived.enqueuedNumber = entry.enqueuedNumber;
    arrived.deadLetterSource = entry.deadLetterSource;
    if (!isDuplicate(*target, arrived)) {
        deliver(*target, std::move(arrived));
    }
}

void Broker::failTransfer(const QByteArray& via, Message message, const Refusal& why) {
    Entity* entity = find(via);
    if (entity == nullptr) {
        return;
    }
    Entry entry = makeEntry(*entity, std::move(message));
    entry.state = MessageState::Active;
    entry.expiresAt = foreverMs;
    applyChanges(entry.message, Value::map()
                                    .set("DeadLetterReason", Value::text(why.condition))
                                    .set("DeadLetterErrorDescription", Value::text(why.description)));
    entity->transfer->add(std::move(entry));
}

void Broker::bury(Entity& entity, Entry entry, const QByteArray& reason, const QByteArray& description) {
    if (!reason.isNull()) {
        entry.message.applicationProperties.set("DeadLetterReason",
                                                Value::text(reason.left(mostReasonChars)));
    }
    if (!description.isNull()) {
        entry.message.applicationProperties.set("DeadLetterErrorDescription",
                                                Value::text(description.left(mostReasonChars)));
    }
    entry.expiresAt = foreverMs;
    if (entity.settings.forwardDeadLettersTo.isEmpty()) {
        entity.dead->add(std::move(entry));
    } else {
        entry.deadLetterSource = entity.path;
        forward(entity, std::move(entry), entity.settings.forwardDeadLettersTo);
    }
}

} // namespace signalbox::sbpeer
