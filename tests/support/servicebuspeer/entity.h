// A queue, topic or subscription with its sub-queues. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/store.h"

#include <deque>
#include <memory>

namespace signalbox::sbpeer {

struct Entity {
    EntityKind kind = EntityKind::Queue;
    QByteArray path; // as it was created; of a subscription "topic/Subscriptions/name"
    QByteArray name; // its last part
    Entity* topic = nullptr;
    EntitySettings settings;
    std::vector<Rule> rules;
    std::map<QByteArray, std::unique_ptr<Entity>> subscriptions; // by lower-case name
    std::unique_ptr<MessageStore> main, dead, transfer;          // a topic's main store holds its schedules
    // Message ids of the duplicate window: when each was seen, and the same by age.
    QHash<QByteArray, qint64> seen;
    std::deque<std::pair<qint64, QByteArray>> seenByAge;
    qint64 lastNumber = 0;
    qint64 createdAt = 0, updatedAt = 0, accessedAt = 0;

    bool mayReceive() const {
        return settings.status == EntityStatus::Active || settings.status == EntityStatus::SendDisabled;
    }
    bool maySend() const {
        return settings.status == EntityStatus::Active || settings.status == EntityStatus::ReceiveDisabled;
    }
};

// What an address means.
struct Place {
    enum class Part { Main, Dead, Transfer };
    Entity* entity = nullptr;
    Part part = Part::Main;
    MessageStore* store() const {
        return part == Part::Main ? entity->main.get()
                                  : (part == Part::Dead ? entity->dead.get() : entity->transfer.get());
    }
};

// The message as a receiver gets it, with the annotations and header fields the service sets. A peeked one
// tells nothing of its lock.
enum class Look { Taken, Peeked, PeekedWithoutBody };
QByteArray outgoing(const Entity& entity, const Entry& entry, Look look = Look::Taken);

} // namespace signalbox::sbpeer
