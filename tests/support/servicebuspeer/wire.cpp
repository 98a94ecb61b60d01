#include "tests/support/servicebuspeer/wire.h"

#include "tests/support/servicebuspeer/bridge.h"
#include "tests/support/servicebuspeer/connection.h"

namespace signalbox::sbpeer {

namespace {
constexpr int fullCredit = 1000;
}

SinkWork::SinkWork(Connection& connection, pn_link_t* link)
    : LinkWork(connection, link) {
    grantCredit();
}

void SinkWork::grantCredit() {
    if (pn_link_credit(link_) <= fullCredit / 2) {
        pn_link_flow(link_, fullCredit - pn_link_credit(link_));
    }
}

void SinkWork::onDelivery(pn_delivery_t* delivery) {
    if (!pn_delivery_readable(delivery)) {
        return;
    }
    if (pn_delivery_aborted(delivery)) {
        partial_.clear();
        pn_delivery_settle(delivery);
        return;
    }
    QByteArray chunk(static_cast<qsizetype>(pn_delivery_pending(delivery)), '\0');
    const auto got = pn_link_recv(link_, chunk.data(), static_cast<std::size_t>(chunk.size()));
    partial_ += chunk.left(std::max<qsizetype>(got, 0));
    if (pn_delivery_partial(delivery)) {
        return;
    }
    const QByteArray bytes = std::exchange(partial_, {});
    pn_link_advance(link_);
    onMessage(delivery, bytes);
    grantCredit();
}

void SinkWork::answer(pn_delivery_t* delivery, const Outcome<void>& outcome) {
    if (outcome) {
        pn_delivery_update(delivery, PN_ACCEPTED);
    } else {
        setCondition(pn_disposition_condition(pn_delivery_local(delivery)), outcome.error());
        pn_delivery_update(delivery, PN_REJECTED);
    }
    pn_delivery_settle(delivery);
}

void ReplyWork::pump() {
    while (!waiting_.empty() && pn_link_credit(link_) > 0) {
        sendBytes(link_, QByteArray::number(++sent_), waiting_.front(), true);
        waiting_.erase(waiting_.begin());
    }
}

} // namespace signalbox::sbpeer
