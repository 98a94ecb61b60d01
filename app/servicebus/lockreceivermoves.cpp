// The part of a receiver that completes within transactions, see LockReceiver::enlist.
#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/lockreceiver.h"

#include <proton/disposition.h>

namespace signalbox::servicebus {

namespace {

constexpr std::uint64_t acceptedOutcome = 0x24; // OASIS AMQP 1.0, part 3.4.2

} // namespace

bool LockReceiver::enlist(std::uint64_t tag, const QByteArray& transaction) {
    const auto found = held_.find(tag);
    if (found == held_.end() || found->second.doing != Doing::Holding || !isOpen())
        return false;
    Held& held = found->second;
    held.doing = Doing::InTransaction;
    held.enlisted = Enlisted::Waiting;
    pn_data_t* state = pn_disposition_data(pn_delivery_local(held.delivery));
    pn_data_clear(state);
    pn_data_put_list(state);
    pn_data_enter(state);
    pn_data_put_binary(state, toProton(transaction));
    pn_data_put_described(state);
    pn_data_enter(state);
    pn_data_put_ulong(state, acceptedOutcome);
    pn_data_put_list(state);
    pn_data_exit(state);
    pn_data_exit(state);
    pn_delivery_update(held.delivery, stateInTransaction);
    return true;
}

LockReceiver::Enlisted LockReceiver::enlisted(std::uint64_t tag) const {
    const auto found = held_.find(tag);
    return found == held_.end() ? Enlisted::Refused : found->second.enlisted;
}

void LockReceiver::forget(std::uint64_t tag) {
    const auto found = held_.find(tag);
    if (found == held_.end())
        return;
    pn_delivery_settle(found->second.delivery);
    held_.erase(found);
}

void LockReceiver::giveUp(std::span<const std::uint64_t> tags) {
    std::vector<std::uint64_t> ours;
    for (const std::uint64_t tag : tags) {
        if (const auto found = held_.find(tag); found != held_.end() && !found->second.token.isEmpty())
            ours.push_back(tag);
    }
    if (ours.empty() || !isOpen())
        return;
    HeaderTable body{{"disposition-status", HeaderValue::string("abandoned")},
                     {"lock-tokens", tokensOf(ours)}};
    if (wish_)
        body.push_back({"session-id", HeaderValue::string(granted_.id.toUtf8())});
    const Request request{{{"operation", HeaderValue::string("com.microsoft:update-disposition")},
                           {"associated-link-name", HeaderValue::string(QByteArray(pn_link_name(link_)))}},
                          HeaderValue::table(std::move(body))};
    // What cannot be given back now comes back when its lock ends.
    (void)management_.demand(request, QStringLiteral("give messages back to %1").arg(path_.address()));
    for (const std::uint64_t tag : ours)
        forget(tag);
}

} // namespace signalbox::servicebus
