// The link to the coordinator of transactions. Several transactions may be open on it at a time. Nothing
// here waits for an answer: each comes to answered() while the connection's event loop turns. For one thread.
// Source: OASIS AMQP 1.0, part 4 (transactions).
#pragma once

#include "app/servicebus/namespacewire.h"

#include <optional>
#include <unordered_map>

namespace signalbox::servicebus {

class TransactionLink final : private LinkEvents {
public:
    struct Answer {
        bool isAccepted = false;
        QByteArray declared; // the transaction that was begun; empty: none
        QString refusal;     // the condition, where it is refused
    };

    explicit TransactionLink(NamespaceWire& wire);
    ~TransactionLink() override;

    // Nothing to do while it is open. Unsupported: the namespace has no transactions.
    Result<void> open();
    bool isOpen() const;
    bool mayAsk() const; // there is credit for one more question
    // Number of the question, to be handed to answered(). Only while mayAsk().
    std::uint64_t declare();
    std::uint64_t discharge(const QByteArray& transaction, bool fail);
    std::optional<Answer> answered(std::uint64_t question);
    // Why it is closed; only while !isOpen().
    Error closedError() const;
    void close();

private:
    void delivered(pn_delivery_t* delivery) override;
    std::uint64_t ask(const QByteArray& body);
    bool isOfThisTurn() const { return link_ && turn_ == wire_.turn(); }

    NamespaceWire& wire_;
    pn_link_t* link_ = nullptr;
    int turn_ = 0; // of the connection that link_ is on
    std::uint64_t last_ = 0;
    std::unordered_map<std::uint64_t, Answer> answers_;
};

} // namespace signalbox::servicebus
