#include "tests/support/servicebuspeer/store.h"

#include <QUuid>

namespace signalbox::sbpeer {

void applyChanges(Message& message, const Value& changes) {
    for (std::size_t i = 0; i + 1 < changes.items().size(); i += 2) {
        message.applicationProperties.set(Value::text(changes.items()[i].bytes()), changes.items()[i + 1]);
    }
}

const QByteArray& MessageStore::keyOf(const Entry& entry) const {
    static const QByteArray none;
    return hasSessions() ? entry.session : none;
}

void MessageStore::setState(Entry& entry, MessageState state) {
    --states_[static_cast<int>(entry.state)];
    entry.state = state;
    ++states_[static_cast<int>(state)];
}

qint64 MessageStore::add(Entry entry) {
    if (entry.number == 0) {
        entry.number = hooks_.nextNumber(entry);
    }
    if (entry.enqueuedNumber == 0) {
        entry.enqueuedNumber = entry.number;
    }
    const qint64 number = entry.number;
    bytes_ += entry.message.body.size();
    ++states_[static_cast<int>(entry.state)];
    Entry& kept = entries_[number] = std::move(entry);
    if (kept.state == MessageState::Scheduled) {
        watch(kept.scheduledFor, number);
    } else {
        if (kept.expiresAt < foreverMs && !isSubQueue_) {
            watch(kept.expiresAt, number);
        }
        makeReady(kept);
    }
    if (hasSessions()) {
        sessions_[kept.session].updatedAt = hooks_.now();
    }
    return number;
}

void MessageStore::makeReady(const Entry& entry) {
    if (entry.state == MessageState::Active && entry.lockToken.isEmpty()) {
        ready_[keyOf(entry)].insert(entry.number);
    }
}

std::optional<Entry> MessageStore::remove(qint64 number) {
    const auto found = entries_.find(number);
    if (found == entries_.end()) {
        return std::nullopt;
    }
    Entry entry = std::move(found->second);
    entries_.erase(found);
    const auto ready = ready_.find(keyOf(entry));
    if (ready != ready_.end()) {
        ready->second.erase(number);
        if (ready->second.empty()) {
            ready_.erase(ready);
        }
    }
    tokens_.remove(entry.lockToken);
    entry.lockToken.clear();
    entry.held = false;
    bytes_ -= entry.message.body.size();
    --states_[static_cast<int>(entry.state)];
    return entry;
}

bool MessageStore::hasNext(const QByteArray& session) const {
    return ready_.contains(session);
}

const Entry* MessageStore::lockNext(quint64 owner, const QByteArray& session) {
    const auto ready = ready_.find(session);
    if (ready == ready_.end()) {
        return nullptr;
    }
    Entry& entry = entries_.at(*ready->second.begin());
    lock(entry, owner);
    return &entry;
}

std::optional<Entry> MessageStore::takeNext(const QByteArray& session) {
    const auto ready = ready_.find(session);
    return ready == ready_.end() ? std::nullopt : remove(*ready->second.begin());
}

void MessageStore::lock(Entry& entry, quint64 owner) {
    const auto ready = ready_.find(keyOf(entry));
    if (ready != ready_.end()) {
        ready->second.erase(entry.number);
        if (ready->second.empty()) {
            ready_.erase(ready);
        }
    }
    entry.lockToken = QUuid::createUuid().toRfc4122();
    entry.lockOwner = owner;
    entry.lockedUntil =
        hasSessions() ? sessions_[entry.session].lockedUntil : hooks_.now() + settings_.lockMs;
    tokens_.insert(entry.lockToken, entry.number);
    if (!hasSessions()) {
        watch(entry.lockedUntil, entry.number);
    }
}

void MessageStore::unlock(Entry& entry, bool counts) {
    tokens_.remove(entry.lockToken);
    entry.lockToken.clear();
    entry.lockOwner = 0;
    entry.lockedUntil = 0;
    entry.held = false;
    entry.deliveryCount += counts ? 1 : 0;
}

Outcome<Entry*> MessageStore::locked(const QByteArray& token) {
    const auto number = tokens_.constFind(token);
    const auto found = number == tokens_.constEnd() ? entries_.end() : entries_.find(*number);
    const bool alive = found != entries_.end() && (hasSessions() || found->second.lockedUntil > hooks_.now());
    if (!alive) {
        return refuse(
            "com.microsoft:message-lock-lost",
            "The lock supplied is invalid. Either the lock expired, or the message has already been "
            "removed from the queue, or was received by a different receiver instance.");
    }
    return &found->second;
}

bool MessageStore::tooOften(Entry& entry) {
    if (isSubQueue_ || entry.state != MessageState::Active ||
        entry.deliveryCount < settings_.maxDeliveryCount) {
        return false;
    }
    const QByteArray times = QByteArray::number(entry.deliveryCount);
    deadLetter(entry.number, "MaxDeliveryCountExceeded",
               "Message could not be consumed after " + times + " delivery attempts.", {});
    return true;
}

void MessageStore::abandon(qint64 number, const Value& changes) {
    Entry& entry = entries_.at(number);
    applyChanges(entry.message, changes);
    unlock(entry, true);
    if (!tooOften(entry) && !expire(entry, hooks_.now())) {
        makeReady(entry);
    }
}

void MessageStore::defer(qint64 number, const Value& changes) {
    Entry& entry = entries_.at(number);
    applyChanges(entry.message, changes);
    unlock(entry, true);
    setState(entry, MessageState::Deferred);
}

void MessageStore::deadLetter(qint64 number, const QByteArray& reason, const QByteArray& description,
                              const Value& changes) {
    Entry entry = *remove(number);
    applyChanges(entry.message, changes);
    entry.state = MessageState::Active;
    if (hooks_.bury) {
        hooks_.bury(std::move(entry), reason, description);
    }
}

Outcome<qint64> MessageStore::renew(const QByteArray& token) {
    const auto entry = locked(token);
    if (!entry) {
        return tl::unexpected(entry.error());
    }
    (*entry)->lockedUntil = hooks_.now() + settings_.lockMs;
    watch((*entry)->lockedUntil, (*entry)->number);
    return (*entry)->lockedUntil;
}

void MessageStore::release(const QByteArray& token) {
    const auto number = tokens_.constFind(token);
    if (number == tokens_.constEnd()) {
        return;
    }
    Entry& entry = entries_.at(*number);
    entry.held = false;
    watch(entry.lockedUntil, entry.number);
}

bool MessageStore::expire(Entry& entry, qint64 now) {
    const bool due = !isSubQueue_ && entry.state == MessageState::Active && entry.lockToken.isEmpty() &&
                     entry.expiresAt <= now;
    if (!due) {
        return false;
    }
    if (settings_.deadLettersExpired) {
        deadLetter(entry.number, "TTLExpiredException", "The message expired and was dead lettered.", {});
    } else {
        remove(entry.number);
    }
    return true;
}

bool MessageStore::judge(qint64 number, qint64 now) {
    const auto found = entries_.find(number);
    if (found == entries_.end()) {
        return false;
    }
    Entry& entry = found->second;
    if (entry.state == MessageState::Scheduled && entry.scheduledFor <= now) {
        Entry due = *remove(number);
        due.state = MessageState::Active;
        due.number = 0;
        due.scheduledFor = 0;
        if (hooks_.due) {
            hooks_.due(std::move(due));
        } else {
            add(std::move(due));
        }
        return true;
    }
    const bool lockOver =
        !entry.lockToken.isEmpty() && !hasSessions() && !entry.held && entry.lockedUntil <= now;
    if (lockOver) {
        unlock(entry, true);
        if (!tooOften(entry) && !expire(entry, now)) {
            makeReady(entry);
        }
        return true;
    }
    return expire(entry, now);
}

bool MessageStore::tick() {
    const qint64 now = hooks_.now();
    bool changed = false;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const qint64 number = deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        changed = judge(number, now) || changed;
    }
    for (auto& [id, session] : sessions_) {
        if (session.owner != 0 && session.lockedUntil <= now) {
            releaseSession(id, session.owner);
            changed = true;
        }
    }
    return changed;
}

} // namespace signalbox::sbpeer
