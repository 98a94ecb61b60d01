#include "app/servicebus/sendtarget.h"

#include "app/servicebus/messagesections.h"

#include <proton/disposition.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

QString wordsOf(const AmqpCondition& condition) {
    const QString name = QString::fromUtf8(condition.name);
    return condition.description.isEmpty() ? name : name + QStringLiteral(": ") + condition.description;
}

} // namespace

PublishOutcome outcomeOf(qint64 item, pn_delivery_t* delivery, bool* busy) {
    PublishOutcome outcome;
    outcome.item = item;
    switch (pn_delivery_remote_state(delivery)) {
    case PN_ACCEPTED:
        return outcome;
    case PN_REJECTED: {
        const AmqpCondition condition = conditionOf(pn_disposition_condition(pn_delivery_remote(delivery)));
        *busy = condition.name == serverBusy;
        outcome.kind = *busy                         ? PublishOutcome::Kind::NotSent
                       : isTransient(condition.name) ? PublishOutcome::Kind::Unknown
                                                     : PublishOutcome::Kind::Refused;
        outcome.reason = wordsOf(condition);
        return outcome;
    }
    default:
        outcome.kind = PublishOutcome::Kind::Refused;
        outcome.reason = QStringLiteral("the service gave it back without taking it");
        return outcome;
    }
}

void ServicePause::begin() {
    end_.setRemainingTime(serverBusyMs);
}

QString ServicePause::reason() const {
    return QStringLiteral("the service is busy and asked for a pause; %1 s are left")
        .arg((end_.remainingTime() + 999) / 1000);
}

SendTarget::SendTarget(NamespaceAccess access)
    : wire_(std::move(access), QStringLiteral("send"))
    , senders_(wire_, *this, false) {}

SendTarget::~SendTarget() {
    close();
}

Result<void> SendTarget::open() {
    items_.clear(); // whatever had no answer stays unknown
    return wire_.open();
}

// Nothing of `notSent` has left.
Result<void> SendTarget::failed(std::span<const Outgoing> notSent, Error error) {
    for (const Outgoing& message : notSent)
        answers_.push_back({message.item, PublishOutcome::Kind::NotSent, error.summary, false});
    return failure(std::move(error));
}

Result<void> SendTarget::publish(std::span<const Outgoing> messages) {
    if (!wire_.isUp())
        return failed(messages, {ErrorKind::Lost, QStringLiteral("The connection is not open."), {}});
    if (blocked())
        return failure(ErrorKind::Blocked, blockedReason());
    if (auto claims = wire_.claims().renewDue(); !claims)
        return failed(messages, claims.error());
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Outgoing& message = messages[i];
        auto link = senders_.to(message.routingKey);
        if (!link) {
            Error& error = link.error();
            // An entity that is missing or takes nothing is this message's trouble; the rest may go
            // elsewhere.
            if (error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Invalid ||
                error.kind == ErrorKind::Unsupported || error.detail.contains(QLatin1String("disabled"))) {
                answers_.push_back({message.item, PublishOutcome::Kind::Refused,
                                    error.summary + QLatin1Char(' ') + error.detail, false});
                continue;
            }
            if (i > 0 && error.kind == ErrorKind::Blocked)
                error.kind = ErrorKind::Lost; // some were sent
            if (error.kind == ErrorKind::Blocked)
                return failure(std::move(error));
            return failed(messages.subspan(i), std::move(error));
        }
        const QByteArray bytes = encodeMessage(*message.message);
        if (const QString tooLarge = Senders::whyTooLarge(*link, bytes.size()); !tooLarge.isEmpty()) {
            answers_.push_back({message.item, PublishOutcome::Kind::Refused, tooLarge, false});
            continue;
        }
        items_.emplace(++last_, message.item);
        Senders::send(*link, bytes, last_);
        wire_.connection().pump();
    }
    return {};
}

void SendTarget::delivered(pn_delivery_t* delivery) {
    const auto found = items_.find(Senders::numberOf(delivery));
    if (found == items_.end() || pn_delivery_remote_state(delivery) == 0)
        return;
    bool busy = false;
    answers_.push_back(outcomeOf(found->second, delivery, &busy));
    if (busy)
        pause_.begin();
    items_.erase(found);
    pn_delivery_settle(delivery);
}

Result<std::vector<PublishOutcome>> SendTarget::outcomes(int waitMs) {
    if (!wire_.exists())
        return std::exchange(answers_, {});
    auto came = wire_.connection().waitUntil(
        [this] { return !answers_.empty() || senders_.closedLink() != nullptr; }, waitMs);
    if (!answers_.empty())
        return std::exchange(answers_, {});
    if (!came)
        return failure(std::move(came.error()));
    if (pn_link_t* closed = senders_.closedLink()) {
        Error error = conditionError(conditionOf(pn_link_remote_condition(closed)), QStringLiteral("send"));
        senders_.dropClosed();
        if (!items_.empty()) { // nobody knows whether they arrived
            error.kind = ErrorKind::Lost;
            return failure(std::move(error));
        }
    }
    return std::vector<PublishOutcome>();
}

void SendTarget::close() {
    senders_.close();
    wire_.close();
}

} // namespace signalbox::servicebus
