// The messages of one queue, subscription or sub-queue: numbers, locks, deferral, schedules, expiry and
// sessions. What becomes of a message that leaves by itself is for the owner to say. Lives on the peer's
// thread.
#pragma once

#include "tests/support/servicebuspeer/message.h"
#include "tests/support/servicebuspeer/refusal.h"
#include "tests/support/servicebuspeer/settings.h"

#include <QHash>
#include <functional>
#include <map>
#include <set>

namespace signalbox::sbpeer {

enum class MessageState { Active = 0, Deferred = 1, Scheduled = 2 };

struct Entry {
    qint64 number = 0;         // 0: given when it is added
    qint64 enqueuedNumber = 0; // the first one it ever had
    qint64 enqueuedAt = 0;
    qint64 expiresAt = foreverMs;
    qint64 scheduledFor = 0;
    MessageState state = MessageState::Active;
    int deliveryCount = 0;
    int hops = 0; // forwards behind it
    Message message;
    QByteArray session;
    QByteArray deadLetterSource;
    QByteArray lockToken; // 16 bytes as RFC 4122 orders them; empty: not locked
    qint64 lockedUntil = 0;
    quint64 lockOwner = 0; // the link
    bool held = false;     // a transaction will settle it
};

struct Session {
    QByteArray state;
    bool hasState = false;
    quint64 owner = 0; // the link; 0: free
    qint64 lockedUntil = 0;
    qint64 updatedAt = 0;
};

class MessageStore {
public:
    struct Hooks {
        std::function<qint64()> now;
        std::function<qint64(const Entry&)> nextNumber;
        std::function<void(Entry, const QByteArray& reason, const QByteArray& description)>
            bury;                       // none: dropped
        std::function<void(Entry)> due; // a schedule has come; none: it becomes active here
    };
    MessageStore(const EntitySettings& settings, bool isSubQueue, Hooks hooks)
        : settings_(settings)
        , isSubQueue_(isSubQueue)
        , hooks_(std::move(hooks)) {}

    bool hasSessions() const { return settings_.sessions && !isSubQueue_; }
    bool isSubQueue() const { return isSubQueue_; }

    qint64 add(Entry entry);
    const std::map<qint64, Entry>& entries() const { return entries_; }
    qint64 bytes() const { return bytes_; }
    std::size_t count(MessageState state) const { return states_[static_cast<int>(state)]; }

    // The next message that is free (of the session, when it has sessions), locked for `owner`; null: none.
    const Entry* lockNext(quint64 owner, const QByteArray& session = {});
    std::optional<Entry> takeNext(const QByteArray& session = {}); // receive and delete
    bool hasNext(const QByteArray& session = {}) const;

    // Deferred ones by number; in the order asked. message-not-found when one is not deferred or locked.
    Outcome<std::vector<Entry>> receiveDeferred(const std::vector<qint64>& numbers, bool lock, quint64 owner);
    std::vector<const Entry*> peek(qint64 from, int most, const std::optional<QByteArray>& session) const;

    // The entry behind a lock token while the lock lasts.
    Outcome<Entry*> locked(const QByteArray& token);
    void complete(qint64 number) { remove(number); }
    void abandon(qint64 number, const Value& changes);
    void defer(qint64 number, const Value& changes);
    void deadLetter(qint64 number, const QByteArray& reason, const QByteArray& description,
                    const Value& changes);
    Outcome<qint64> renew(const QByteArray& token);
    void release(const QByteArray& token); // a transaction that held it is rolled back
    std::optional<Entry> remove(qint64 number);
    Outcome<void> cancelScheduled(const std::vector<qint64>& numbers);
    int removeOlder(qint64 before, int most, const std::optional<QByteArray>& session);

    // Sessions. An empty id of acceptSession: the next free one with messages. Nothing: none is free.
    std::optional<QByteArray> acceptSession(const std::optional<QByteArray>& id, quint64 owner);
    Session* session(const QByteArray& id);
    std::vector<QByteArray> sessionIds(std::optional<qint64> updatedSince) const;
    void releaseSession(const QByteArray& id, quint64 owner);
    bool holdsSession(const QByteArray& id, quint64 owner);
    Outcome<qint64> renewSession(const QByteArray& id);
    void setSessionState(const QByteArray& id, const Value& state);

    // Lets pass what has come due; true when something changed.
    bool tick();
    void loseLocks(); // every message and session lock, as after a failover

private:
    void lock(Entry& entry, quint64 owner);
    void unlock(Entry& entry, bool counts);
    void makeReady(const Entry& entry);
    void watch(qint64 time, qint64 number) { deadlines_.emplace(time, number); }
    bool judge(qint64 number, qint64 now);
    bool tooOften(Entry& entry);
    bool expire(Entry& entry, qint64 now);
    const QByteArray& keyOf(const Entry& entry) const;
    void setState(Entry& entry, MessageState state);

    const EntitySettings& settings_;
    bool isSubQueue_;
    Hooks hooks_;
    std::map<qint64, Entry> entries_;
    std::map<QByteArray, std::set<qint64>> ready_; // by session; one set under the empty id without sessions
    std::map<QByteArray, Session> sessions_;
    std::multimap<qint64, qint64> deadlines_; // time, number
    QHash<QByteArray, qint64> tokens_;
    std::size_t states_[3] = {0, 0, 0};
    qint64 bytes_ = 0;
};

// Writes changed properties over a message's own.
void applyChanges(Message& message, const Value& changes);

} // namespace signalbox::sbpeer
