#include "tests/support/servicebuspeer/bridge.h"
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/messagework.h"
#include "tests/support/servicebuspeer/transactions.h"

#include <proton/disposition.h>

namespace signalbox::sbpeer {

namespace {
const char* const sessionFilter = "com.microsoft:session-filter";
constexpr qint64 defaultWaitMs = 60000;
constexpr qint64 ticksPerMs = 10000;
constexpr qint64 epochInMs = 62135596800000; // of .NET's year 1
} // namespace

Outcome<std::unique_ptr<SourceWork>> SourceWork::make(Connection& connection, pn_link_t* link,
                                                      const Place& place) {
    const Entity& entity = *place.entity;
    if (entity.kind == EntityKind::Topic) {
        return refuse("amqp:not-allowed",
                      "Messages cannot be received from the topic '" + entity.path + "'.");
    }
    if (!entity.mayReceive()) {
        return refuse("com.microsoft:entity-disabled",
                      "Messaging entity '" + entity.path + "' is currently disabled for receiving.");
    }
    std::unique_ptr<SourceWork> work(new SourceWork(connection, link));
    work->place_ = place;
    work->owner_ = ++connection.shared().lastOwner;
    work->deletes_ = pn_link_remote_snd_settle_mode(link) == PN_SND_SETTLED;
    const Value filter = fromData(pn_terminus_filter(pn_link_remote_source(link)));
    MessageStore& store = *place.store();
    if (filter.has(sessionFilter) != store.hasSessions()) {
        return refuse("amqp:not-allowed",
                      store.hasSessions()
                          ? "It is not possible for an entity that requires sessions to create "
                            "a non-sessionful message receiver."
                          : "A sessionful message receiver cannot be created on an entity that "
                            "does not require sessions.");
    }
    if (!store.hasSessions()) {
        return work;
    }
    const Value& wanted = filter[sessionFilter];
    if (wanted.isText()) {
        work->session_ = store.acceptSession(wanted.bytes(), work->owner_);
        if (!work->session_) {
            return refuse("com.microsoft:session-cannot-be-locked",
                          "The requested session '" + wanted.bytes() +
                              "' cannot be accepted. It may be locked by another receiver.");
        }
    } else if (!work->tryNextSession()) {
        const Value properties = fromData(pn_link_remote_properties(link));
        work->waitsUntil_ = connection.now() + properties["com.microsoft:timeout"].toInt(defaultWaitMs);
    }
    return work;
}

bool SourceWork::tryNextSession() {
    session_ = place_.store()->acceptSession(std::nullopt, owner_);
    return session_.has_value();
}

void SourceWork::announceSession() {
    if (!session_) {
        return;
    }
    Value filter = Value::map();
    filter.set(Value::symbol(sessionFilter), Value::text(*session_));
    intoData(pn_terminus_filter(pn_link_source(link_)), filter);
    const qint64 until = place_.store()->session(*session_)->lockedUntil;
    Value properties = Value::map();
    properties.set(Value::symbol("com.microsoft:locked-until-utc"),
                   Value::number(Value::Type::Long, (until + epochInMs) * ticksPerMs));
    intoData(pn_link_properties(link_), properties);
}

std::optional<Refusal> SourceWork::failure() {
    if (waitsForSession()) {
        if (connection_.now() >= waitsUntil_) {
            return Refusal{"com.microsoft:timeout",
                           "The operation did not complete within the allotted time: there "
                           "is no free session."};
        }
        return std::nullopt;
    }
    if (session_ && !place_.store()->holdsSession(*session_, owner_)) {
        return Refusal{"com.microsoft:session-lock-lost",
                       "The lock on the session '" + *session_ + "' has expired."};
    }
    return std::nullopt;
}

void SourceWork::onGone() {
    if (session_) {
        place_.store()->releaseSession(*session_, owner_);
        connection_.shared().broker.touch();
    }
}

void SourceWork::pump() {
    if (waitsForSession()) {
        if (!tryNextSession()) {
            return;
        }
        waitsUntil_ = 0;
        connection_.open(link_, place_.entity);
        announceSession();
    }
    MessageStore& store = *place_.store();
    const QByteArray session = session_.value_or(QByteArray());
    const bool lively = place_.entity->mayReceive() && (!session_ || store.holdsSession(session, owner_));
    while (lively && pn_link_credit(link_) > 0) {
        if (deletes_) {
            const auto entry = store.takeNext(session);
            if (!entry) {
                break;
            }
            sendBytes(link_, QByteArray::number(++sent_), outgoing(*place_.entity, *entry), true);
        } else {
            const Entry* entry = store.lockNext(owner_, session);
            if (entry == nullptr) {
                break;
            }
            sendBytes(link_, swapGuid(entry->lockToken), outgoing(*place_.entity, *entry), false);
        }
    }
    if (pn_link_get_drain(link_)) {
        pn_link_drained(link_);
    }
}

void SourceWork::answer(pn_delivery_t* delivery, const Outcome<void>& outcome,
                        const QByteArray& transaction) {
    if (Faults::spend(connection_.shared().faults.swallowSettlements)) {
        return;
    }
    if (!outcome) {
        setCondition(pn_disposition_condition(pn_delivery_local(delivery)), outcome.error());
        pn_delivery_update(delivery, PN_REJECTED);
    } else if (!transaction.isEmpty()) {
        updateInTransaction(delivery, transaction);
    } else {
        pn_delivery_update(delivery, PN_ACCEPTED);
    }
    pn_delivery_settle(delivery);
}

void SourceWork::onDelivery(pn_delivery_t* delivery) {
    if (!pn_delivery_updated(delivery)) {
        return;
    }
    const RemoteState state = remoteState(delivery);
    pn_delivery_clear(delivery);
    const auto how = settlementOf(state.code, state.fields);
    if (!how) {
        if (pn_delivery_settled(delivery)) {
            pn_delivery_settle(delivery);
        }
        return;
    }
    const pn_delivery_tag_t tag = pn_delivery_tag(delivery);
    const QByteArray token = swapGuid(QByteArray(tag.start, static_cast<qsizetype>(tag.size)));
    Shared& shared = connection_.shared();
    if (state.transaction.isEmpty()) {
        answer(delivery, settle(*place_.store(), token, *how), {});
    } else {
        answer(delivery, shared.transactions.settle(state.transaction, place_, token, *how),
               state.transaction);
    }
    shared.broker.touch();
}

} // namespace signalbox::sbpeer
