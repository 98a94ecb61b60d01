#include "tests/support/servicebuspeer/bridge.h"
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/messagework.h"
#include "tests/support/servicebuspeer/transactions.h"

#include <proton/disposition.h>

namespace signalbox::sbpeer {

namespace {
constexpr quint64 transactionalState = 0x34;
}

RemoteState remoteState(pn_delivery_t* delivery) {
    pn_disposition_t* remote = pn_delivery_remote(delivery);
    RemoteState state;
    state.code = pn_disposition_type(remote);
    switch (state.code) {
    case PN_REJECTED: {
        pn_condition_t* condition = pn_disposition_condition(remote);
        const Value error =
            Value::described(0x1d, Value::list({Value::symbol(pn_condition_get_name(condition)),
                                                Value::text(pn_condition_get_description(condition)),
                                                fromData(pn_condition_info(condition))}));
        state.fields = Value::list({error});
        break;
    }
    case PN_MODIFIED:
        state.fields = Value::list({Value::boolean(pn_disposition_is_failed(remote)),
                                    Value::boolean(pn_disposition_is_undeliverable(remote)),
                                    fromData(pn_disposition_annotations(remote))});
        break;
    case transactionalState: {
        const Value data = fromData(pn_disposition_data(remote));
        state.transaction = data.at(0).bytes();
        state.code = data.at(1).code();
        state.fields = data.at(1).inner();
        break;
    }
    default:
        break;
    }
    return state;
}

void updateInTransaction(pn_delivery_t* delivery, const QByteArray& transaction) {
    const Value accepted = Value::described(PN_ACCEPTED, Value::list());
    intoData(pn_disposition_data(pn_delivery_local(delivery)),
             Value::list({Value::binary(transaction), accepted}));
    pn_delivery_update(delivery, transactionalState);
}

Outcome<void> EnqueueWork::enqueue(const QByteArray& bytes, const QByteArray& transaction) {
    Shared& shared = connection_.shared();
    if (Faults::spend(shared.faults.throttleSends)) {
        return refuse(
            "com.microsoft:server-busy",
            "The request was terminated because the entity is being throttled. Please wait 10 seconds and "
            "try again.");
    }
    if (Faults::spend(shared.faults.refuseSends)) {
        return tl::unexpected(shared.faults.refusal);
    }
    auto messages = unpack(bytes);
    if (!messages) {
        return refuse("amqp:decode-error", "The message is malformed.");
    }
    if (!transaction.isEmpty()) {
        return shared.transactions.send(transaction, place_, std::move(*messages));
    }
    for (const Message& message : *messages) { // a batch is taken as a whole
        if (auto fit = shared.broker.checkSend(place_, message); !fit) {
            return fit;
        }
    }
    for (Message& message : *messages) {
        if (auto sent = shared.broker.send(place_, std::move(message)); !sent) {
            return tl::unexpected(sent.error());
        }
    }
    return {};
}

void EnqueueWork::onMessage(pn_delivery_t* delivery, const QByteArray& bytes) {
    Faults& faults = connection_.shared().faults;
    if (Faults::strikes(faults.dropAfterTransfers)) {
        connection_.dropSoon();
        return;
    }
    const RemoteState state = remoteState(delivery);
    const auto outcome = enqueue(bytes, state.transaction);
    if (outcome && Faults::strikes(faults.dropBeforeAccepts)) {
        connection_.dropSoon();
        return;
    }
    if (outcome && Faults::spend(faults.swallowAccepts)) {
        return;
    }
    if (outcome && !state.transaction.isEmpty()) {
        updateInTransaction(delivery, state.transaction);
        pn_delivery_settle(delivery);
    } else {
        answer(delivery, outcome);
    }
    if (outcome && Faults::strikes(faults.exitAfterAccepts)) {
        connection_.exitWhenWritten();
    }
}

} // namespace signalbox::sbpeer
