// The entities of one namespace and the ways of messages between them: enqueueing, schedules, duplicate
// windows, forwarding, fan-out and dead-lettering. Nothing of the wire. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/entity.h"

namespace signalbox::sbpeer {

class Broker {
public:
    explicit Broker(Clock& clock)
        : clock_(clock) {}

    Clock& clock() { return clock_; }
    qint64 now() const { return clock_.now(); }

    // com.microsoft:entity-already-exists, amqp:not-found (of the topic), amqp:invalid-field.
    Outcome<Entity*> create(EntityKind kind, const QByteArray& path, const EntitySettings& settings);
    Outcome<Entity*> createSubscription(const QByteArray& topic, const QByteArray& name,
                                        const EntitySettings& settings);
    Outcome<void> remove(const QByteArray& path);
    Entity* find(const QByteArray& path);       // any case; null: none
    std::vector<Entity*> list(EntityKind kind); // queues or topics, by name
    std::vector<Entity*> all();                 // subscriptions too

    // Of an address on the wire, without "/$management". amqp:not-found.
    Outcome<Place> resolve(const QByteArray& address);

    // The number it got; 0: dropped as a duplicate, or fanned out or forwarded at once.
    Outcome<qint64> send(const Place& place, Message message);
    // Into any main or sub-queue, as it is: what a test wants to find there.
    Outcome<qint64> put(const QByteArray& address, Message message);
    // Would send() take it?
    Outcome<void> checkSend(const Place& place, const Message& message);

    // A message that could not pass through `via`: into its transfer dead-letter queue.
    void failTransfer(const QByteArray& via, Message message, const Refusal& why);

    Outcome<void> addRule(Entity& subscription, Rule rule);
    Outcome<void> removeRule(Entity& subscription, const QByteArray& name);

    bool tick();                   // lets time do its work; true when something changed
    std::function<void()> changed; // somebody may get a message now
    void touch() {
        if (changed) {
            changed();
        }
    }
    qint64 firstNumber = 0;       // sequence numbers start behind it
    QByteArray tier = "Standard"; // of the namespace; Basic has no transactions

private:
    Entity* makeEntity(EntityKind kind, const QByteArray& path, const EntitySettings& settings);
    std::unique_ptr<MessageStore> makeStore(Entity& entity, Place::Part part);
    Entry makeEntry(Entity& entity, Message message);
    bool isDuplicate(Entity& entity, const Entry& entry);
    qint64 deliver(Entity& entity, Entry entry);
    void fanOut(Entity& topic, const Entry& entry);
    void offer(Entity& subscription, const Entry& entry);
    void forward(Entity& from, Entry entry, const QByteArray& destination);
    void bury(Entity& entity, Entry entry, const QByteArray& reason, const QByteArray& description);

    Clock& clock_;
    std::map<QByteArray, std::unique_ptr<Entity>> entities_; // by lower-case path
};

} // namespace signalbox::sbpeer
