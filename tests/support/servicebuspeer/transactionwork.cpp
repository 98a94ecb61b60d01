#include "tests/support/servicebuspeer/transactionwork.h"

#include "tests/support/servicebuspeer/bridge.h"
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/transactions.h"

#include <proton/disposition.h>

namespace signalbox::sbpeer {

namespace {
enum Code : quint64 { Declare = 0x31, Discharge = 0x32, Declared = 0x33 };
}

void CoordinatorWork::onGone() {
    Transactions& transactions = connection_.shared().transactions;
    for (const QByteArray& id : declared_) {
        (void)transactions.discharge(id, true);
    }
    declared_.clear();
}

void CoordinatorWork::disableWhatIsToBe() {
    Shared& shared = connection_.shared();
    if (Entity* target = shared.broker.find(shared.faults.sendDisabledAtCommit)) {
        target->settings.status = EntityStatus::SendDisabled;
    }
    shared.faults.sendDisabledAtCommit.clear();
}

void CoordinatorWork::onMessage(pn_delivery_t* delivery, const QByteArray& bytes) {
    Transactions& transactions = connection_.shared().transactions;
    const auto message = Message::parse(bytes);
    const Value request = message ? message->value() : Value();
    if (request.code() == Declare) {
        declared_.push_back(transactions.declare());
        intoData(pn_disposition_data(pn_delivery_local(delivery)),
                 Value::list({Value::binary(declared_.back())}));
        pn_delivery_update(delivery, Declared);
        pn_delivery_settle(delivery);
    } else if (request.code() == Discharge) {
        disableWhatIsToBe();
        answer(delivery,
               transactions.discharge(request.inner().at(0).bytes(), request.inner().at(1).toInt() != 0));
    } else {
        answer(delivery, refuse("amqp:not-implemented", "The coordinator takes declare and discharge."));
    }
}

} // namespace signalbox::sbpeer
