// What a client's attach leads to: the right kind of work, or a refusal.
#include "tests/support/servicebuspeer/bridge.h"
#include "tests/support/servicebuspeer/cbswork.h"
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/managementwork.h"
#include "tests/support/servicebuspeer/messagework.h"
#include "tests/support/servicebuspeer/transactionwork.h"

namespace signalbox::sbpeer {

namespace {

const QByteArray managementSuffix = "/$management";

QByteArray addressOf(pn_terminus_t* terminus) {
    QByteArray address = pn_terminus_get_address(terminus);
    if (const auto scheme = address.indexOf("://"); scheme >= 0) {
        address = address.mid(address.indexOf('/', scheme + 3));
    }
    return address.startsWith('/') ? address.mid(1) : address;
}

bool isManagement(const QByteArray& address) {
    return address.toLower().endsWith(managementSuffix);
}

Refusal unauthorized(const QByteArray& claim, const QByteArray& address) {
    return {"amqp:unauthorized-access", "Unauthorized access. '" + claim +
                                            "' claim(s) are required to perform this operation. Resource: '" +
                                            address + "'."};
}

} // namespace

void Connection::accept(pn_link_t* link, std::unique_ptr<LinkWork> work) {
    open(link, work->entity);
    links_[link] = std::move(work);
}

void Connection::open(pn_link_t* link, const Entity* entity) {
    pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
    pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
    pn_link_set_snd_settle_mode(link, pn_link_remote_snd_settle_mode(link));
    pn_link_set_rcv_settle_mode(link, pn_link_remote_rcv_settle_mode(link));
    if (pn_link_is_receiver(link)) {
        const qint64 kilobytes = entity != nullptr ? entity->settings.maxMessageKilobytes : 1024;
        pn_link_set_max_message_size(link, static_cast<quint64>(kilobytes) * 1024);
    }
    pn_link_open(link);
}

void Connection::refuseLink(pn_link_t* link, const Refusal& refusal) {
    pn_link_open(link);
    setCondition(pn_link_condition(link), refusal);
    pn_link_close(link);
}

void Connection::attach(pn_link_t* link) {
    if (pn_link_is_sender(link)) {
        attachReceiver(link, addressOf(pn_link_remote_source(link)));
    } else if (pn_terminus_get_type(pn_link_remote_target(link)) == PN_COORDINATOR) {
        attachCoordinator(link);
    } else {
        attachSender(link, addressOf(pn_link_remote_target(link)));
    }
}

void Connection::attachCoordinator(pn_link_t* link) {
    if (shared_.broker.tier == "Basic") {
        refuseLink(link, {"amqp:not-implemented", "Transactions are not supported in the Basic tier."});
        return;
    }
    accept(link, std::make_unique<CoordinatorWork>(*this, link));
}

std::optional<Place> Connection::grantedPlace(pn_link_t* link, const QByteArray& address, unsigned right,
                                              const char* rightName) {
    if (!grants_.allows(address, right, now())) {
        refuseLink(link, unauthorized(rightName, address));
        return {};
    }
    const QByteArray path = isManagement(address) ? address.chopped(managementSuffix.size()) : address;
    const auto place = shared_.broker.resolve(path);
    if (!place) {
        refuseLink(link, place.error());
        return {};
    }
    return *place;
}

void Connection::attachReceiver(pn_link_t* link, const QByteArray& address) {
    if (address == "$cbs") {
        accept(link, std::make_unique<ReplyWork>(*this, link, address));
        return;
    }
    const bool management = isManagement(address);
    const unsigned right = management ? Listen | Send : Listen;
    const auto place = grantedPlace(link, address, right, "Listen");
    if (!place) {
        return;
    }
    std::unique_ptr<LinkWork> work;
    if (management) {
        work = std::make_unique<ReplyWork>(*this, link, address);
    } else {
        auto source = SourceWork::make(*this, link, *place);
        if (!source) {
            refuseLink(link, source.error());
            return;
        }
        work = std::move(*source);
    }
    work->path = address;
    work->right = right;
    work->entity = place->entity;
    auto* source = dynamic_cast<SourceWork*>(work.get());
    if (source != nullptr && source->waitsForSession()) {
        links_[link] = std::move(work); // attached once a session is free
        return;
    }
    accept(link, std::move(work));
    if (source != nullptr) {
        source->announceSession();
    }
}

void Connection::attachSender(pn_link_t* link, const QByteArray& address) {
    if (address == "$cbs") {
        accept(link, std::make_unique<CbsWork>(*this, link));
        return;
    }
    const bool management = isManagement(address);
    const unsigned right = management ? Listen | Send : static_cast<unsigned>(Send);
    const auto place = grantedPlace(link, address, right, "Send");
    if (!place) {
        return;
    }
    std::unique_ptr<LinkWork> work;
    if (management) {
        work = std::make_unique<ManagementWork>(*this, link, address, *place);
    } else {
        if (place->entity->kind == EntityKind::Subscription || place->part != Place::Part::Main) {
            refuseLink(link, {"amqp:not-allowed", "Messages cannot be sent to '" + address + "'."});
            return;
        }
        work = std::make_unique<EnqueueWork>(*this, link, *place);
    }
    work->path = address;
    work->right = right;
    work->entity = place->entity;
    accept(link, std::move(work));
}

} // namespace signalbox::sbpeer
