#include "tests/support/servicebuspeer/broker.h"

#include "tests/support/servicebuspeer/filter.h"

namespace signalbox::sbpeer {

namespace {

constexpr int partitions = 16;

const QByteArray deadSuffix = "/$deadletterqueue";
const QByteArray transferSuffix = "/$transfer/$deadletterqueue";
const QByteArray subscriptionsPart = "/subscriptions/";

} // namespace

Entity* Broker::find(const QByteArray& path) {
    const QByteArray lower = path.toLower();
    if (const auto found = entities_.find(lower); found != entities_.end()) {
        return found->second.get();
    }
    const qsizetype at = lower.lastIndexOf(subscriptionsPart);
    const auto topic = at < 0 ? entities_.end() : entities_.find(lower.left(at));
    if (topic == entities_.end()) {
        return nullptr;
    }
    const auto found = topic->second->subscriptions.find(lower.mid(at + subscriptionsPart.size()));
    return found == topic->second->subscriptions.end() ? nullptr : found->second.get();
}

std::vector<Entity*> Broker::list(EntityKind kind) {
    std::vector<Entity*> result;
    for (const auto& [path, entity] : entities_) {
        if (entity->kind == kind) {
            result.push_back(entity.get());
        }
    }
    return result;
}

std::vector<Entity*> Broker::all() {
    std::vector<Entity*> result;
    for (const auto& [path, entity] : entities_) {
        result.push_back(entity.get());
        for (const auto& [name, subscription] : entity->subscriptions) {
            result.push_back(subscription.get());
        }
    }
    return result;
}

std::unique_ptr<MessageStore> Broker::makeStore(Entity& entity, Place::Part part) {
    MessageStore::Hooks hooks;
    hooks.now = [this] { return now(); };
    hooks.nextNumber = [this, &entity](const Entry& entry) -> qint64 {
        const qint64 number = firstNumber + ++entity.lastNumber;
        if (!entity.settings.partitioned) {
            return number;
        }
        const QByteArray key =
            !entry.session.isEmpty() ? entry.session : entry.message.annotation("x-opt-partition-key");
        const qint64 partition = static_cast<qint64>(
            (key.isEmpty() ? static_cast<std::size_t>(entity.lastNumber) : qHash(key)) % partitions);
        return (partition << 48) | number;
    };
    if (part == Place::Part::Main) {
        hooks.bury = [this, &entity](Entry entry, const QByteArray& reason, const QByteArray& words) {
            bury(entity, std::move(entry), reason, words);
        };
        hooks.due = [this, &entity](Entry entry) {
            entry.enqueuedAt = now();
            deliver(entity, std::move(entry));
        };
    }
    return std::make_unique<MessageStore>(entity.settings, part != Place::Part::Main, std::move(hooks));
}

Outcome<Entity*> Broker::create(EntityKind kind, const QByteArray& path, const EntitySettings& settings) {
    if (path.isEmpty() || path.size() > 260 || path.startsWith('/') || path.endsWith('/')) {
        return refuse("amqp:invalid-field", "The entity path '" + path + "' is not valid.");
    }
    auto& slot = entities_[path.toLower()];
    if (slot) {
        return refuse("com.microsoft:entity-already-exists",
                      "Entity '" + path + "' already exists. SubCode=40900.");
    }
    slot = std::make_unique<Entity>();
    slot->kind = kind;
    slot->path = path;
    slot->name = path;
    slot->settings = settings;
    slot->createdAt = slot->updatedAt = now();
    slot->main = makeStore(*slot, Place::Part::Main);
    slot->dead = makeStore(*slot, Place::Part::Dead);
    slot->transfer = makeStore(*slot, Place::Part::Transfer);
    return slot.get();
}

Outcome<Entity*> Broker::createSubscription(const QByteArray& topic, const QByteArray& name,
                                            const EntitySettings& settings) {
    Entity* parent = find(topic);
    if (parent == nullptr || parent->kind != EntityKind::Topic) {
        return refuse("amqp:not-found", "The messaging entity '" + topic + "' could not be found.");
    }
    auto& slot = parent->subscriptions[name.toLower()];
    if (slot) {
        return refuse("com.microsoft:entity-already-exists",
                      "Subscription '" + name + "' already exists. SubCode=40900.");
    }
    slot = std::make_unique<Entity>();
    slot->kind = EntityKind::Subscription;
    slot->topic = parent;
    slot->path = parent->path + "/Subscriptions/" + name;
    slot->name = name;
    slot->settings = settings;
    slot->createdAt = slot->updatedAt = now();
    Rule rule;
    rule.createdAt = now();
    slot->rules.push_back(rule);
    slot->main = makeStore(*slot, Place::Part::Main);
    slot->dead = makeStore(*slot, Place::Part::Dead);
    slot->transfer = makeStore(*slot, Place::Part::Transfer);
    return slot.get();
}

Outcome<void> Broker::remove(const QByteArray& path) {
    const Entity* entity = find(path);
    if (entity == nullptr) {
        return refuse("amqp:not-found", "The messaging entity '" + path + "' could not be found.");
    }
    if (entity->topic != nullptr) {
        entity->topic->subscriptions.erase(entity->name.toLower());
    } else {
        entities_.erase(path.toLower());
    }
    touch();
    return {};
}

Outcome<Place> Broker::resolve(const QByteArray& address) {
    QByteArray path = address;
    Place place;
    if (path.toLower().endsWith(transferSuffix)) {
        place.part = Place::Part::Transfer;
        path.chop(transferSuffix.size());
    } else if (path.toLower().endsWith(deadSuffix)) {
        place.part = Place::Part::Dead;
        path.chop(deadSuffix.size());
    }
    place.entity = find(path);
    if (place.entity == nullptr) {
        return refuse("amqp:not-found", "The messaging entity '" + address + "' could not be found.");
    }
    return place;
}

Outcome<void> Broker::addRule(Entity& subscription, Rule rule) {
    for (const Rule& existing : subscription.rules) {
        if (existing.name.toLower() == rule.name.toLower()) {
            return refuse("com.microsoft:entity-already-exists", "Rule '" + rule.name + "' already exists.");
        }
    }
    if (auto fit = checkRule(rule); !fit) {
        return fit;
    }
    rule.createdAt = now();
    subscription.rules.push_back(std::move(rule));
    return {};
}

Outcome<void> Broker::removeRule(Entity& subscription, const QByteArray& name) {
    const auto gone = std::erase_if(subscription.rules,
                                    [&](const Rule& rule) { return rule.name.toLower() == name.toLower(); });
    if (gone == 0) {
        return refuse("amqp:not-found", "The messaging entity 'Rule:" + name + "' could not be found.");
    }
    return {};
}

bool Broker::tick() {
    bool any = false;
    for (Entity* entity : all()) {
        any = entity->main->tick() || any;
        any = entity->dead->tick() || any;
        any = entity->transfer->tick() || any;
    }
    if (any) {
        touch();
    }
    return any;
}

} // namespace signalbox::sbpeer
