// What a run holds of a queue or subscription with sessions: session after session is locked, what is wanted
// of it is taken in order, and the session is given free once all of that is settled. A few are held at a
// time, so that the next one is taken while the answers for the last are under way. Blocking, for one thread.
// Source: Azure's "Message sessions"; a session's lock lives with its link and stands for its messages'.
#pragma once

#include "app/servicebus/lockreceiver.h"

#include <functional>
#include <optional>
#include <unordered_set>

namespace signalbox::servicebus {

class SessionReceiver {
public:
    SessionReceiver(NamespaceWire& wire, EntityPath path, bool sharesSession);
    ~SessionReceiver();

    // For the next open(). Never told: every session that is free, one after the other, until none is left.
    void expect(const std::vector<SessionSpan>& wanted) { wanted_ = wanted; }
    // NotAllowed: the entity has no sessions.
    Result<void> open();
    bool isOpen() const;
    // Messages of one session. While another receiver has the sessions that are left, they are asked for now
    // and then, and nothing comes.
    Result<std::vector<Delivery>> receive(int max, int waitMs);
    std::size_t holds() const;
    // Nobody will settle these: they do not keep their session from being given free.
    void leave(std::span<const std::uint64_t> tags);
    QString heldBack() const; // by whom and what, for people; empty: nothing is

    // As of LockReceiver.
    void deadLetterWith(const DeadLetterWords& words) { deadLetters_ = words; }
    void complete(std::span<const std::uint64_t> tags);
    void abandon(std::span<const std::uint64_t> tags);
    Result<void> await();
    Result<void> renewDue();
    Result<qint64> countOthers();
    void close();
    bool enlist(std::uint64_t tag, const QByteArray& transaction);
    LockReceiver::Enlisted enlisted(std::uint64_t tag) const;
    void forget(std::uint64_t tag);
    void giveUp(std::span<const std::uint64_t> tags);

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Part { // a session that is held
        std::uint64_t serial = 0;
        std::unique_ptr<LockReceiver> receiver;
        qint64 upTo = -1;
        qint64 expected = 0;        // messages still to come of it
        std::size_t unreadable = 0; // of those that came
        std::unordered_set<std::uint64_t> left;
        Time renewAt{};
        Time quietSince{};
        bool isPast() const { return expected <= 0; }
        bool isOver() const; // nothing of it is needed any more
    };
    struct Awaited { // a session that is still to be taken
        SessionSpan span;
        Time nextTry{};
        bool isHeldByOthers = false;
    };
    Result<bool> takeNext(); // false: no session is to be had now
    Result<bool> takeWanted();
    Result<bool> takeAny();
    Result<void> take(const std::optional<QString>& id, qint64 upTo);
    void giveFree(); // the sessions that are over
    Result<void> lookAgain(Part& part);
    Result<qint64> countOf(const QString& session, qint64 upTo, const LockReceiver* holder);
    void eachPart(std::span<const std::uint64_t> tags,
                  const std::function<void(Part&, std::span<const std::uint64_t>)>& use);
    Part* partOf(std::uint64_t tag);
    const Part* partOf(std::uint64_t tag) const;

    NamespaceWire& wire_;
    const EntityPath path_;
    const bool sharesSession_;
    std::optional<std::vector<SessionSpan>> wanted_;
    std::optional<DeadLetterWords> deadLetters_;
    int turn_ = 0; // of the wire, when it was opened
    bool isOpen_ = false;
    std::deque<Part> parts_;
    std::deque<Awaited> awaited_;
    Time nextAny_{}; // when any free session is asked for again
    std::uint64_t lastSerial_ = 0;
    EntityManagement management_;
};

} // namespace signalbox::servicebus
