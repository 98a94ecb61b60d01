// Transactions of the namespace: what is enlisted happens at commit, all or nothing. The first entity used is
// the one later sends pass through; what its partners refuse at commit lands in its transfer dead-letter
// queue. Lives on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/broker.h"
#include "tests/support/servicebuspeer/settlement.h"

namespace signalbox::sbpeer {

class Transactions {
public:
    explicit Transactions(Broker& broker)
        : broker_(broker) {}

    QByteArray declare();
    // amqp:transaction:unknown-id, amqp:transaction:rollback.
    Outcome<void> discharge(const QByteArray& id, bool fail);
    Outcome<void> send(const QByteArray& id, const Place& place, std::vector<Message> messages);
    Outcome<void> settle(const QByteArray& id, const Place& place, const QByteArray& token, Settlement how);
    bool knows(const QByteArray& id) const { return open_.contains(id); }
    void tick(); // rolls back what is older than two minutes

private:
    struct Sending {
        QByteArray path;
        Message message;
    };
    struct Settling {
        QByteArray path;
        Place::Part part;
        QByteArray token;
        Settlement how;
    };
    struct Transaction {
        qint64 until = 0;
        QByteArray via; // path of the first entity
        std::vector<Sending> sends;
        std::vector<Settling> settlements;
    };
    Outcome<Transaction*> find(const QByteArray& id, const Place& place);
    Outcome<MessageStore*> storeOf(const Settling& settling);
    Outcome<void> commit(Transaction& transaction);
    void rollBack(Transaction& transaction);

    Broker& broker_;
    std::map<QByteArray, Transaction> open_;
};

} // namespace signalbox::sbpeer
