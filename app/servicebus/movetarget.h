// Moves messages: each is sent, and its original completed, in one transaction of the service, all or
// nothing. Several transactions are under way at a time and end in the order of the messages. Source and
// target of such a move share one connection and one session. Blocking, for one worker
// thread. Source: OASIS AMQP 1.0, part 4 (transactions); Azure's "Overview of Service Bus transaction
// processing": at most 100 operations and two minutes each.
#pragma once

#include "app/servicebus/entityreceiver.h"
#include "app/servicebus/sendtarget.h"
#include "app/servicebus/transactionlink.h"

#include <QDeadlineTimer>
#include <deque>
#include <list>
#include <set>
#include <unordered_map>
#include <vector>

namespace signalbox::servicebus {

// What source and target of a move share.
struct MovePair {
    MovePair(NamespaceAccess access, EntityPath path)
        : wire(std::move(access), QStringLiteral("move"))
        , receiver(wire, std::move(path), true) {}
    NamespaceWire wire;
    EntityReceiver receiver;
    bool isTaking = false; // the source is open
    bool isMoving = false; // the target is
    // The last one to be closed ends the connection, on the thread that used it.
    void closed() {
        if (!isTaking && !isMoving)
            wire.close();
    }
};

class MoveTarget final : public MessageTarget, private LinkEvents {
public:
    explicit MoveTarget(std::shared_ptr<MovePair> pair);
    ~MoveTarget() override;

    // Unsupported: the namespace has no transactions.
    Result<void> open() override;
    // Only keeps them: outcomes() moves. Each needs its original's tag.
    Result<void> publish(std::span<const Outgoing> messages) override;
    // Confirmed is never told here: Moved, or what kept it from being moved.
    Result<std::vector<PublishOutcome>> outcomes(int waitMs) override;
    bool blocked() const override { return pause_.isOn(); }
    QString blockedReason() const override { return pause_.reason(); }
    QByteArray user() const override { return {}; }
    void close() override;
    void interrupt() override { pair_->wire.interrupt(); }

private:
    struct Move {
        qint64 item = 0;
        std::uint64_t tag = 0; // of the original
        QByteArray address;
        QByteArray bytes;
        QByteArray session;        // empty: it has none
        std::uint64_t number = 0;  // of the message under way; 0: not sent
        pn_link_t* link = nullptr; // that it was sent by
        bool isAnswered = false;
        std::optional<PublishOutcome> trouble;
    };
    // Moves of one transaction.
    struct Group {
        enum class Step { Declaring, Enlisting, Enlisted, Discharging, Over };
        std::vector<Move> moves;
        Step step = Step::Declaring;
        std::uint64_t asked = 0; // number of the question that was put last
        QByteArray id;           // of the transaction
        bool isWell = true;      // false: some were refused, which `trouble` tells, or it follows such a one
        QDeadlineTimer patience; // for the next answer
    };
    void delivered(pn_delivery_t* delivery) override;
    std::vector<Move> nextGroup();
    bool isHeldBack(const Move& move);
    void spoilAfter(const Group& failed);
    void notMoved(const Move& move, const QString& why);
    void giveBackLater(); // of those that wait
    static bool hasTrouble(const Group& group);
    void begin();
    Result<bool> advance(); // true: something has changed
    Result<bool> advance(Group& group);
    Result<void> enlist(Group& group);
    bool isAnsweredByClosing(Move& move, bool isAlone);
    Result<bool> isEnlisted(Group& group); // the service has answered to all of it
    Result<void> end(const Group& group, const TransactionLink::Answer& answer);
    void giveUp(std::span<const Move> moves, const QString& why); // none of them was moved
    void forgetGroups();
    Result<void> lost(Error error);

    const std::shared_ptr<MovePair> pair_;
    Senders senders_;
    TransactionLink coordinator_;
    int turn_ = 0;
    std::deque<Move> waiting_;
    std::list<Group> groups_;                       // under way, in the order of their commits
    std::unordered_map<std::uint64_t, Move*> sent_; // number of a message under way -> its move
    std::vector<PublishOutcome> answers_;
    std::uint64_t last_ = 0;
    // Sessions of which something was given back -> the items. What comes later of such a session is given
    // back, too, until one of these comes again: the session's order is kept.
    std::map<QByteArray, std::set<qint64>> heldBack_;
    std::set<qint64> suspects_; // items that one of their group kept from being moved: they go alone next
    ServicePause pause_;
};

} // namespace signalbox::servicebus
