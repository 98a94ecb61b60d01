// What one receiver holds of a queue, a subscription or a dead-letter sub-queue under peek-lock: messages are
// taken with a lock, which is renewed until each is completed or given back. Blocking, for one thread.
// Source: Azure's "AMQP 1.0 in Service Bus protocol guide"; the facts of renew-lock in "Request/response
// operations".
#pragma once

#include "app/servicebus/entitymanagement.h"
#include "app/servicebus/sessiongrant.h"
#include "models/messaging/messagesource.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <set>
#include <unordered_map>

namespace signalbox::servicebus {

class LockReceiver final : public LinkEvents {
public:
    // `sharesSession`: its settlements can be part of a transaction.
    LockReceiver(NamespaceWire& wire, EntityPath path, bool sharesSession);
    ~LockReceiver() override;

    // Before open(): it is the receiver of one session, whose lock stands for those of its messages and is
    // for the owner to renew. No id: the next free one. Conflict, Busy: none is to be had now.
    void takeSession(const std::optional<QString>& id) { wish_ = id; }
    const SessionGrant& session() const { return granted_; }
    QByteArray linkName() const { return isOpen() ? QByteArray(pn_link_name(link_)) : QByteArray(); }

    Result<void> open();
    bool isOpen() const;
    Error lostError() const; // why it is not
    // Asks for no more than `max`; an empty answer: nothing came in that time. Tags are valid until settled
    // or until the link is gone.
    Result<std::vector<Delivery>> receive(int max, int waitMs);
    std::size_t holds() const { return held_.size(); }
    bool holds(std::uint64_t tag) const { return held_.contains(tag); }
    bool holdsNumber(qint64 number) const {
        return std::any_of(held_.begin(), held_.end(),
                           [number](const auto& entry) { return entry.second.number == number; });
    }
    std::size_t unread() const { return ready_.size(); }   // of these, not given by receive() yet
    std::size_t unreadable() const { return unreadable_; } // of these, never given
    // Messages come in the order of their numbers: once a later one came, others are left to other receivers;
    // one is looked at now and then, in case an earlier one has become free. Not so with partitions, whose
    // orders mix.
    void expectUpTo(qint64 number) { upTo_ = number; }

    // complete() moves to the dead-letter sub-queue from now on.
    void deadLetterWith(const DeadLetterWords& words) { deadLetters_ = words; }
    // Each is told to the service; await() tells whether it was done.
    void complete(std::span<const std::uint64_t> tags);
    void abandon(std::span<const std::uint64_t> tags); // raises their delivery count
    // Lost: a lock had expired, so that message is in the queue again; or the service does not answer.
    Result<void> await();
    // Renews what is due; to be called at least every two seconds while anything is held.
    Result<void> renewDue();
    // Active messages in the queue that are not held here, by peeking at all of it.
    Result<qint64> countOthers();
    // Gives everything back, within a few seconds.
    void close();

    // Completes within a transaction: begun by enlist(), done or undone by the discharge. The service has
    // settled such a delivery either way: after a commit forget() ends it, after a rollback giveUp().
    bool enlist(std::uint64_t tag, const QByteArray& transaction); // false: it is not held (any more)
    enum class Enlisted { Waiting, Yes, Refused };
    Enlisted enlisted(std::uint64_t tag) const;
    void forget(std::uint64_t tag);
    void giveUp(std::span<const std::uint64_t> tags); // by their lock tokens; back in the queue at once

    void delivered(pn_delivery_t* delivery) override;

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class Doing { Holding, Completing, Abandoning, InTransaction };
    struct Held {
        pn_delivery_t* delivery = nullptr;
        QByteArray token; // as $management wants it: a UUID's bytes
        qint64 number = 0;
        Doing doing = Doing::Holding;
        Enlisted enlisted = Enlisted::Waiting;
    };
    Result<void> takeGrant(const QString& doing);
    void take(pn_delivery_t* delivery);
    void answered(pn_delivery_t* delivery);
    void update(std::span<const std::uint64_t> tags, Doing doing);
    Result<void> renew(std::span<const std::uint64_t> tags);
    HeaderValue tokensOf(std::span<const std::uint64_t> tags) const;
    void refused(pn_delivery_t* delivery);
    bool isBehind(qint64 number) const; // what is wanted

    NamespaceWire& wire_;
    const EntityPath path_;
    const bool sharesSession_;
    const QByteArray name_;
    std::optional<std::optional<QString>> wish_; // a session: its id, or any
    SessionGrant granted_;
    int turn_ = 0; // of the wire, when the link was opened
    pn_link_t* link_ = nullptr;
    EntityManagement management_;
    QByteArray incoming_; // of the transfer that is coming in
    std::deque<Delivery> ready_;
    std::unordered_map<std::uint64_t, Held> held_;
    std::deque<std::pair<Time, std::uint64_t>> renewals_;
    std::uint64_t lastTag_ = 0;
    std::size_t unanswered_ = 0; // completions and abandonings
    std::size_t unreadable_ = 0;
    bool lockWasLost_ = false;
    std::optional<DeadLetterWords> deadLetters_;
    std::optional<Error> refusal_; // the service does not do it, and would not do it later
    qint64 upTo_ = -1;             // -1: all are wanted
    std::set<qint64> partitions_;  // met on this link
    bool isPast_ = false;
    Time nextLook_{};
};

} // namespace signalbox::servicebus
