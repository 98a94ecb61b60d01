// What is asked of a store without the next message: by number, by session, by age.
#include "tests/support/servicebuspeer/store.h"

namespace signalbox::sbpeer {

std::vector<const Entry*> MessageStore::peek(qint64 from, int most,
                                             const std::optional<QByteArray>& session) const {
    std::vector<const Entry*> found;
    for (auto entry = entries_.lower_bound(from);
         entry != entries_.end() && static_cast<int>(found.size()) < most; ++entry) {
        if (!session || entry->second.session == *session) {
            found.push_back(&entry->second);
        }
    }
    return found;
}

Outcome<std::vector<Entry>> MessageStore::receiveDeferred(const std::vector<qint64>& numbers, bool lockThem,
                                                          quint64 owner) {
    for (const qint64 number : numbers) {
        const auto found = entries_.find(number);
        const bool there = found != entries_.end() && found->second.state == MessageState::Deferred &&
                           found->second.lockToken.isEmpty();
        if (!there) {
            return refuse(
                "com.microsoft:message-not-found",
                "Failed to lock one or more specified messages. The message does not exist or is locked.");
        }
    }
    std::vector<Entry> result;
    for (const qint64 number : numbers) {
        if (lockThem) {
            lock(entries_.at(number), owner);
            result.push_back(entries_.at(number));
        } else if (auto entry = remove(number)) {
            result.push_back(std::move(*entry));
        }
    }
    return result;
}

Outcome<void> MessageStore::cancelScheduled(const std::vector<qint64>& numbers) {
    for (const qint64 number : numbers) {
        const auto found = entries_.find(number);
        if (found == entries_.end() || found->second.state != MessageState::Scheduled) {
            return refuse("com.microsoft:message-not-found", "The message with sequence number " +
                                                                 QByteArray::number(number) +
                                                                 " is not scheduled.");
        }
    }
    for (const qint64 number : numbers) {
        remove(number);
    }
    return {};
}

int MessageStore::removeOlder(qint64 before, int most, const std::optional<QByteArray>& session) {
    std::vector<qint64> numbers;
    for (const auto& [number, entry] : entries_) {
        const bool goes = entry.state == MessageState::Active && entry.lockToken.isEmpty() &&
                          entry.enqueuedAt < before && (!session || entry.session == *session);
        if (goes && static_cast<int>(numbers.size()) < most) {
            numbers.push_back(number);
        }
    }
    for (const qint64 number : numbers) {
        remove(number);
    }
    return static_cast<int>(numbers.size());
}

std::optional<QByteArray> MessageStore::acceptSession(const std::optional<QByteArray>& id, quint64 owner) {
    std::optional<QByteArray> granted;
    if (id) {
        if (sessions_[*id].owner == 0) {
            granted = id;
        }
    } else {
        qint64 first = std::numeric_limits<qint64>::max();
        for (const auto& [candidate, numbers] : ready_) {
            if (sessions_[candidate].owner == 0 && *numbers.begin() < first) {
                first = *numbers.begin();
                granted = candidate;
            }
        }
    }
    if (granted) {
        Session& session = sessions_[*granted];
        session.owner = owner;
        session.lockedUntil = hooks_.now() + settings_.lockMs;
    }
    return granted;
}

Session* MessageStore::session(const QByteArray& id) {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : &found->second;
}

std::vector<QByteArray> MessageStore::sessionIds(std::optional<qint64> updatedSince) const {
    std::vector<QByteArray> ids;
    for (const auto& [id, session] : sessions_) {
        bool wanted = ready_.contains(id);
        if (updatedSince) {
            wanted = session.hasState && session.updatedAt >= *updatedSince;
        }
        if (wanted) {
            ids.push_back(id);
        }
    }
    return ids;
}

bool MessageStore::holdsSession(const QByteArray& id, quint64 owner) {
    const Session* found = session(id);
    return found != nullptr && found->owner == owner && found->lockedUntil > hooks_.now();
}

void MessageStore::releaseSession(const QByteArray& id, quint64 owner) {
    Session* found = session(id);
    if (found == nullptr || found->owner != owner) {
        return;
    }
    found->owner = 0;
    found->lockedUntil = 0;
    std::vector<qint64> numbers;
    for (const auto& [number, entry] : entries_) {
        if (entry.session == id && !entry.lockToken.isEmpty()) {
            numbers.push_back(number);
        }
    }
    for (const qint64 number : numbers) {
        abandon(number, {});
    }
}

Outcome<qint64> MessageStore::renewSession(const QByteArray& id) {
    Session* found = session(id);
    if (found == nullptr || found->owner == 0) {
        return refuse("com.microsoft:session-lock-lost",
                      "The session lock was lost. Request a new session receiver.");
    }
    found->lockedUntil = hooks_.now() + settings_.lockMs;
    return found->lockedUntil;
}

void MessageStore::setSessionState(const QByteArray& id, const Value& state) {
    Session& kept = sessions_[id];
    kept.hasState = !state.isNull();
    kept.state = state.bytes();
    kept.updatedAt = hooks_.now();
}

void MessageStore::loseLocks() {
    for (auto& [id, session] : sessions_) {
        releaseSession(id, session.owner);
    }
    std::vector<qint64> numbers;
    for (const auto& [number, entry] : entries_) {
        if (!entry.lockToken.isEmpty() && !entry.held) {
            numbers.push_back(number);
        }
    }
    for (const qint64 number : numbers) {
        if (entries_.at(number).state == MessageState::Active) {
            abandon(number, {});
        } else {
            unlock(entries_.at(number), true);
        }
    }
}

} // namespace signalbox::sbpeer
