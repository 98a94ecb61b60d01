// Moves messages: each is sent, and its original completed, in one transaction of the service, all or
// nothing. Source and target of such a move share one connection and one session. Blocking, for one worker
// thread. Source: OASIS AMQP 1.0, part 4 (transactions); Azure's "Overview of Service Bus transaction
// processing": at most 100 operations and two minutes each.
#pragma once

#include "app/servicebus/entityreceiver.h"
#include "app/servicebus/sendtarget.h"

#include <deque>
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
        std::uint64_t number = 0; // of the message under way
        bool isAnswered = false;
        std::optional<PublishOutcome> trouble;
    };
    void delivered(pn_delivery_t* delivery) override;
    std::vector<Move> nextGroup();
    Result<void> run(std::vector<Move> group);
    Result<bool> enlistAll(std::vector<Move>& group, const QByteArray& transaction);
    Result<QByteArray> declare();
    Result<bool> discharge(const QByteArray& transaction, bool fail); // true: committed, or undone as asked
    Result<std::uint64_t> ask(const QByteArray& body);                // the coordinator; gives its answer
    void giveUp(std::span<const Move> moves, const QString& why);     // none of them was moved
    Result<void> lost(Error error);

    const std::shared_ptr<MovePair> pair_;
    Senders senders_;
    pn_link_t* coordinator_ = nullptr;
    int turn_ = 0;
    std::deque<Move> waiting_;
    std::vector<Move>* group_ = nullptr; // under way
    std::vector<PublishOutcome> answers_;
    std::uint64_t last_ = 0;
    std::uint64_t asked_ = 0; // number of the question to the coordinator
    std::uint64_t reply_ = 0; // its answer's state; 0: none yet
    QByteArray declared_;     // the transaction it named
    QString refusal_;
    std::size_t groupSize_; // shrinks to 1 after a refusal, so that one bad message holds up no other
    ServicePause pause_;
};

} // namespace signalbox::servicebus
