#include "app/servicebus/senders.h"

#include "app/servicebus/amqpvalue.h"

#include <QUuid>
#include <algorithm>
#include <proton/connection.h>
#include <proton/disposition.h>

namespace signalbox::servicebus {

namespace {

constexpr int creditMs = 15000;

} // namespace

Senders::Senders(NamespaceWire& wire, LinkEvents& events, bool sharesSession)
    : wire_(wire)
    , events_(events)
    , sharesSession_(sharesSession) {}

Senders::~Senders() {
    close();
}

bool Senders::isOpen(pn_link_t* link) {
    constexpr pn_state_t up = PN_LOCAL_ACTIVE | PN_REMOTE_ACTIVE;
    return (pn_link_state(link) & up) == up;
}

Result<pn_link_t*> Senders::to(const QByteArray& address) {
    if (turn_ != wire_.turn())
        links_.clear(); // of a connection that is no more
    turn_ = wire_.turn();
    AmqpConnection& connection = wire_.connection();
    auto found = links_.find(address);
    if (found != links_.end() && !isOpen(found->second)) {
        drop(found->second);
        links_.erase(found);
        found = links_.end();
    }
    if (found == links_.end()) {
        const QString path = QString::fromUtf8(address);
        if (auto allowed = wire_.claims().put(path); !allowed)
            return failure(std::move(allowed.error()));
        pn_session_t* session = sharesSession_ ? wire_.sharedSession() : connection.newSession();
        const QByteArray name = "signalbox-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces) +
                                QByteArray::number(++count_);
        pn_link_t* link = pn_sender(session, name.constData());
        pn_terminus_set_address(pn_link_source(link), name.constData());
        pn_terminus_set_address(pn_link_target(link), address.constData());
        pn_link_set_snd_settle_mode(link, PN_SND_UNSETTLED);
        pn_link_set_rcv_settle_mode(link, PN_RCV_FIRST);
        AmqpConnection::follow(link, &events_);
        if (auto opened = connection.openLink(link, QStringLiteral("send to %1").arg(path)); !opened) {
            if (wire_.isUp())
                drop(link);
            return failure(std::move(opened.error()));
        }
        found = links_.emplace(address, link).first;
    }
    pn_link_t* link = found->second;
    if (pn_link_credit(link) > 0)
        return link;
    auto ready = connection.waitUntil([link] { return pn_link_credit(link) > 0 || !isOpen(link); }, creditMs);
    if (!ready)
        return failure(std::move(ready.error()));
    if (!isOpen(link))
        return failure(ErrorKind::Lost,
                       QStringLiteral("The service closed the link to %1.").arg(QString::fromUtf8(address)));
    if (!*ready)
        return failure(ErrorKind::Blocked,
                       QStringLiteral("%1 takes no messages at the moment.").arg(QString::fromUtf8(address)));
    return link;
}

QString Senders::whyTooLarge(pn_link_t* link, qsizetype bytes) {
    const std::uint64_t most = pn_link_remote_max_message_size(link);
    return most == 0 || static_cast<std::uint64_t>(bytes) <= most
               ? QString()
               : QStringLiteral("amqp:link:message-size-exceeded: it has %1 bytes, the service takes %2 here")
                     .arg(bytes)
                     .arg(most);
}

void Senders::send(pn_link_t* link, const QByteArray& bytes, std::uint64_t number,
                   const QByteArray& transaction) {
    const QByteArray tag = QByteArray::number(static_cast<quint64>(number));
    pn_delivery_t* delivery =
        pn_delivery(link, pn_dtag(tag.constData(), static_cast<std::size_t>(tag.size())));
    pn_delivery_set_context(delivery, reinterpret_cast<void*>(static_cast<std::uintptr_t>(number)));
    if (!transaction.isEmpty()) {
        pn_data_t* state = pn_disposition_data(pn_delivery_local(delivery));
        pn_data_put_list(state);
        pn_data_enter(state);
        pn_data_put_binary(state, toProton(transaction));
        pn_data_exit(state);
        pn_delivery_update(delivery, stateInTransaction);
    }
    pn_link_send(link, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    pn_link_advance(link);
}

std::uint64_t Senders::numberOf(pn_delivery_t* delivery) {
    return reinterpret_cast<std::uintptr_t>(pn_delivery_get_context(delivery));
}

pn_link_t* Senders::closedLink() const {
    if (turn_ != wire_.turn() || !wire_.isUp())
        return nullptr;
    const auto found =
        std::find_if(links_.begin(), links_.end(), [](const auto& entry) { return !isOpen(entry.second); });
    return found == links_.end() ? nullptr : found->second;
}

void Senders::dropClosed() {
    std::erase_if(links_, [this](const auto& entry) {
        if (isOpen(entry.second))
            return false;
        drop(entry.second);
        return true;
    });
}

void Senders::drop(pn_link_t* link) {
    AmqpConnection::follow(link, nullptr);
    pn_session_t* session = pn_link_session(link);
    pn_link_close(link);
    if (!sharesSession_)
        pn_session_close(session);
    wire_.connection().pump();
}

void Senders::close() {
    if (turn_ == wire_.turn() && wire_.exists()) {
        for (const auto& [address, link] : links_)
            AmqpConnection::follow(link, nullptr);
        if (wire_.isUp()) {
            for (const auto& [address, link] : links_)
                drop(link);
        }
    }
    links_.clear();
}

} // namespace signalbox::servicebus
