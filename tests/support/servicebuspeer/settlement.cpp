#include "tests/support/servicebuspeer/settlement.h"

namespace signalbox::sbpeer {

namespace {
enum OutcomeCode : quint64 { Accepted = 0x24, Rejected = 0x25, Released = 0x26, Modified = 0x27 };
}

std::optional<Settlement> settlementOf(quint64 code, const Value& fields) {
    Settlement how;
    switch (code) {
    case Accepted:
        return how;
    case Released:
        how.kind = Settlement::Kind::Abandon;
        return how;
    case Modified:
        how.kind = fields.at(1).toInt() != 0 ? Settlement::Kind::Defer : Settlement::Kind::Abandon;
        how.changes = fields.at(2);
        return how;
    case Rejected: {
        how.kind = Settlement::Kind::DeadLetter;
        const Value& error = fields.at(0).inner(); // condition, description, info
        how.changes = error.at(2);
        how.reason = how.changes["DeadLetterReason"].bytes();
        how.description = how.changes["DeadLetterErrorDescription"].bytes();
        how.changes.remove("DeadLetterReason");
        how.changes.remove("DeadLetterErrorDescription");
        return how;
    }
    default:
        return std::nullopt;
    }
}

Outcome<void> settle(MessageStore& store, const QByteArray& token, const Settlement& how) {
    const auto entry = store.locked(token);
    if (!entry) {
        return tl::unexpected(entry.error());
    }
    const qint64 number = (*entry)->number;
    switch (how.kind) {
    case Settlement::Kind::Complete:
        store.complete(number);
        break;
    case Settlement::Kind::Abandon:
        store.abandon(number, how.changes);
        break;
    case Settlement::Kind::Defer:
        store.defer(number, how.changes);
        break;
    case Settlement::Kind::DeadLetter:
        if (store.isSubQueue()) {
            return refuse("amqp:not-allowed", "A dead-lettered message cannot be dead-lettered again.");
        }
        store.deadLetter(number, how.reason, how.description, how.changes);
        break;
    }
    return {};
}

} // namespace signalbox::sbpeer
