#include "app/servicebus/deletereceiver.h"

#include "app/servicebus/locktime.h"
#include "app/servicebus/messagesections.h"

#include <QUuid>
#include <proton/connection.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr int nothingComesMs = 1500;
constexpr int creditBackMs = 20000; // far more than a service needs that answers at all

} // namespace

DeleteReceiver::DeleteReceiver(NamespaceWire& wire, EntityPath path)
    : wire_(wire)
    , path_(std::move(path)) {}

DeleteReceiver::~DeleteReceiver() {
    close();
}

bool DeleteReceiver::isOpen() const {
    constexpr pn_state_t up = PN_LOCAL_ACTIVE | PN_REMOTE_ACTIVE;
    return link_ && wire_.isUp() && turn_ == wire_.turn() && (pn_link_state(link_) & up) == up;
}

Result<void> DeleteReceiver::open() {
    if (isOpen())
        return {};
    close();
    if (!wire_.isUp())
        return failure(ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."));
    if (auto allowed = wire_.claims().put(path_.address()); !allowed)
        return allowed;
    turn_ = wire_.turn();
    const QByteArray name = "signalbox-purges-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    link_ = pn_receiver(wire_.connection().newSession(), name.constData());
    pn_terminus_set_address(pn_link_source(link_), path_.address().toUtf8().constData());
    pn_terminus_set_address(pn_link_target(link_), name.constData());
    pn_link_set_snd_settle_mode(link_, PN_SND_SETTLED);
    pn_link_set_rcv_settle_mode(link_, PN_RCV_FIRST);
    AmqpConnection::follow(link_, this);
    auto opened = wire_.connection().openLink(link_, QStringLiteral("purge %1").arg(path_.address()));
    if (!opened) {
        AmqpConnection::follow(link_, nullptr);
        link_ = nullptr;
    }
    return opened;
}

Result<void> DeleteReceiver::take(int most) {
    if (auto opened = open(); !opened)
        return opened;
    AmqpConnection& connection = wire_.connection();
    const qint64 wanted = taken_ + most;
    pn_link_flow(link_, most);
    connection.pump();
    while (taken_ < wanted && isOpen()) {
        const qint64 had = taken_;
        auto came = connection.waitUntil([&] { return taken_ >= wanted || !isOpen(); }, nothingComesMs);
        if (!came) {
            unsure_ += wanted - taken_;
            return failure(std::move(came.error()));
        }
        if (taken_ == had)
            break;
    }
    if (!isOpen()) {
        unsure_ += wanted - taken_;
        Error error = conditionError(conditionOf(pn_link_remote_condition(link_)),
                                     QStringLiteral("go on purging %1").arg(path_.address()));
        if (error.kind != ErrorKind::NotAllowed && error.kind != ErrorKind::NotFound)
            error.kind = ErrorKind::Lost;
        return failure(std::move(error));
    }
    return taken_ < wanted ? takeBackCredit() : Result<void>();
}

// A link that ended with credit left could lose messages that nobody counts.
Result<void> DeleteReceiver::takeBackCredit() {
    AmqpConnection& connection = wire_.connection();
    pn_link_drain(link_, 0);
    connection.pump();
    auto back =
        connection.waitUntil([this] { return pn_link_credit(link_) == 0 || !isOpen(); }, creditBackMs);
    if (back && *back && isOpen())
        return {};
    unsure_ += link_ ? pn_link_credit(link_) : 0;
    if (!back)
        return failure(std::move(back.error()));
    return failure(ErrorKind::Lost,
                   QStringLiteral("%1 does not say in time that nothing more comes.").arg(path_.address()));
}

void DeleteReceiver::delivered(pn_delivery_t* delivery) {
    if (pn_delivery_aborted(delivery)) {
        incoming_.clear();
        pn_delivery_settle(delivery);
        return;
    }
    if (!pn_delivery_readable(delivery))
        return;
    const std::size_t pending = pn_delivery_pending(delivery);
    const qsizetype had = incoming_.size();
    incoming_.resize(had + static_cast<qsizetype>(pending));
    const ssize_t got = pn_link_recv(link_, incoming_.data() + had, pending);
    incoming_.truncate(had + std::max<qsizetype>(0, got));
    if (pn_delivery_partial(delivery))
        return;
    pn_link_advance(link_);
    pn_delivery_settle(delivery);
    ++taken_;
    const auto message = decodeMessage(incoming_);
    forgetBytes(incoming_);
    if (message)
        latestMs_ = std::max(latestMs_, millisecondsOf(amqp10::annotation(*message, "x-opt-enqueued-time")));
}

void DeleteReceiver::close() {
    if (isOpen()) {
        AmqpConnection::follow(link_, nullptr);
        wire_.connection().closeLink(link_);
    } else if (link_ && turn_ == wire_.turn() && wire_.exists()) {
        AmqpConnection::follow(link_, nullptr);
    }
    link_ = nullptr;
    incoming_.clear();
}

} // namespace signalbox::servicebus
