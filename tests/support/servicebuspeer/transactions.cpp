#include "tests/support/servicebuspeer/transactions.h"

#include <QUuid>

namespace signalbox::sbpeer {

namespace {
constexpr qint64 lifetimeMs = 120000;
constexpr std::size_t mostOperations = 100;
} // namespace

QByteArray Transactions::declare() {
    const QByteArray id = QUuid::createUuid().toRfc4122();
    open_[id].until = broker_.now() + lifetimeMs;
    return id;
}

Outcome<Transactions::Transaction*> Transactions::find(const QByteArray& id, const Place& place) {
    const auto found = open_.find(id);
    if (found == open_.end()) {
        return refuse("amqp:transaction:unknown-id", "The transaction is not known or has timed out.");
    }
    Transaction& transaction = found->second;
    if (transaction.sends.size() + transaction.settlements.size() >= mostOperations) {
        return refuse("amqp:not-allowed", "A transaction takes 100 operations at most.");
    }
    if (transaction.via.isEmpty()) {
        transaction.via = place.entity->path;
    }
    return &transaction;
}

Outcome<void> Transactions::send(const QByteArray& id, const Place& place, std::vector<Message> messages) {
    const auto transaction = find(id, place);
    if (!transaction) {
        return tl::unexpected(transaction.error());
    }
    for (const Message& message : messages) {
        if (auto fit = broker_.checkSend(place, message); !fit) {
            return fit;
        }
    }
    for (Message& message : messages) {
        (*transaction)->sends.push_back({place.entity->path, std::move(message)});
    }
    return {};
}

Outcome<void> Transactions::settle(const QByteArray& id, const Place& place, const QByteArray& token,
                                   Settlement how) {
    const auto transaction = find(id, place);
    if (!transaction) {
        return tl::unexpected(transaction.error());
    }
    const auto entry = place.store()->locked(token);
    if (!entry) {
        return tl::unexpected(entry.error());
    }
    (*entry)->held = true;
    (*transaction)->settlements.push_back({place.entity->path, place.part, token, std::move(how)});
    return {};
}

Outcome<MessageStore*> Transactions::storeOf(const Settling& settling) {
    Entity* entity = broker_.find(settling.path);
    if (entity == nullptr) {
        return refuse("amqp:not-found", "The messaging entity '" + settling.path + "' could not be found.");
    }
    return Place{entity, settling.part}.store();
}

Outcome<void> Transactions::commit(Transaction& transaction) {
    for (const Settling& settling : transaction.settlements) {
        const auto store = storeOf(settling);
        const auto entry = store ? (*store)->locked(settling.token) : tl::unexpected(store.error());
        if (!entry) {
            return refuse("amqp:transaction:rollback", entry.error().description);
        }
    }
    for (const Sending& sending : transaction.sends) {
        Entity* entity = broker_.find(sending.path);
        const bool passes = sending.path != transaction.via;
        if (!passes && !broker_.checkSend({entity, Place::Part::Main}, sending.message)) {
            return refuse("amqp:transaction:rollback",
                          "A message cannot be sent to '" + sending.path + "' any more.");
        }
    }
    for (const Settling& settling : transaction.settlements) {
        const auto done = sbpeer::settle(**storeOf(settling), settling.token, settling.how);
        Q_ASSERT(done || settling.how.kind == Settlement::Kind::DeadLetter);
    }
    for (Sending& sending : transaction.sends) {
        Entity* entity = broker_.find(sending.path);
        const auto sent = entity != nullptr
                              ? broker_.send({entity, Place::Part::Main}, sending.message)
                              : Outcome<qint64>(refuse("amqp:not-found", "The entity '" + sending.path +
                                                                             "' could not be found."));
        if (!sent) {
            broker_.failTransfer(transaction.via, std::move(sending.message), sent.error());
        }
    }
    return {};
}

void Transactions::rollBack(Transaction& transaction) {
    for (const Settling& settling : transaction.settlements) {
        const auto store = storeOf(settling);
        if (store) {
            (*store)->release(settling.token);
        }
    }
}

Outcome<void> Transactions::discharge(const QByteArray& id, bool fail) {
    const auto found = open_.find(id);
    if (found == open_.end()) {
        return refuse("amqp:transaction:unknown-id", "The transaction is not known or has timed out.");
    }
    Transaction transaction = std::move(found->second);
    open_.erase(found);
    Outcome<void> outcome;
    if (!fail) {
        outcome = commit(transaction);
    }
    if (fail || !outcome) {
        rollBack(transaction);
    }
    broker_.touch();
    return outcome;
}

void Transactions::tick() {
    std::vector<QByteArray> old;
    for (const auto& [id, transaction] : open_) {
        if (transaction.until <= broker_.now()) {
            old.push_back(id);
        }
    }
    for (const QByteArray& id : old) {
        discharge(id, true);
    }
}

} // namespace signalbox::sbpeer
