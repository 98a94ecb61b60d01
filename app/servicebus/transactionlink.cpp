#include "app/servicebus/transactionlink.h"

#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/messagesections.h"
#include "app/servicebus/senders.h"
#include "models/messaging/amqp10.h"

#include <QUuid>
#include <proton/connection.h>
#include <proton/disposition.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr std::uint64_t declareCode = 0x31;
constexpr std::uint64_t dischargeCode = 0x32;
constexpr std::uint64_t declaredState = 0x33;

QByteArray requestOf(std::uint64_t code, HeaderValue::Array fields) {
    HeaderValue descriptor;
    descriptor.kind = ValueKind::UInt64;
    descriptor.data = code;
    HeaderValue value;
    value.kind = ValueKind::Described;
    value.data = HeaderValue::Array{descriptor, HeaderValue::array(std::move(fields))};
    Message message;
    message.properties.amqp10 = HeaderTable{{amqp10::bodyKind, HeaderValue::string("value")}};
    message.body = encodeValue(value);
    return encodeMessage(message);
}

// The list in a disposition's state; Void: there is none.
HeaderValue stateOf(pn_delivery_t* delivery) {
    pn_data_t* data = pn_disposition_data(pn_delivery_remote(delivery));
    pn_data_rewind(data);
    return pn_data_next(data) ? readValue(data) : HeaderValue();
}

} // namespace

TransactionLink::TransactionLink(NamespaceWire& wire)
    : wire_(wire) {}

TransactionLink::~TransactionLink() {
    close();
}

Result<void> TransactionLink::open() {
    if (isOfThisTurn())
        return {};
    answers_.clear();
    turn_ = wire_.turn();
    const QByteArray name = "signalbox-moves-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    link_ = pn_sender(wire_.sharedSession(), name.constData());
    pn_terminus_set_address(pn_link_source(link_), name.constData());
    pn_terminus_set_type(pn_link_target(link_), PN_COORDINATOR);
    pn_data_t* capabilities = pn_terminus_capabilities(pn_link_target(link_));
    pn_data_put_symbol(capabilities, toProton("amqp:local-transactions"));
    pn_link_set_snd_settle_mode(link_, PN_SND_UNSETTLED);
    AmqpConnection::follow(link_, this);
    auto opened = wire_.connection().openLink(link_, QStringLiteral("begin transactions"));
    if (opened)
        return {};
    link_ = nullptr;
    const ErrorKind kind = opened.error().kind;
    if (kind == ErrorKind::NotAllowed || kind == ErrorKind::Unsupported || kind == ErrorKind::NotFound)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("This namespace has no transactions (its tier may be Basic): replay "
                                      "without them, by sending first and completing then."),
                       opened.error().summary + QLatin1Char(' ') + opened.error().detail);
    return opened;
}

bool TransactionLink::isOpen() const {
    return isOfThisTurn() && wire_.isUp() && (pn_link_state(link_) & PN_REMOTE_CLOSED) == 0;
}

bool TransactionLink::mayAsk() const {
    return isOpen() && pn_link_credit(link_) > 0;
}

Error TransactionLink::closedError() const {
    if (!isOfThisTurn() || !wire_.isUp())
        return {ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."), {}};
    return conditionError(conditionOf(pn_link_remote_condition(link_)), QStringLiteral("use a transaction"));
}

std::uint64_t TransactionLink::declare() {
    return ask(requestOf(declareCode, {}));
}

std::uint64_t TransactionLink::discharge(const QByteArray& transaction, bool fail) {
    HeaderValue id;
    id.kind = ValueKind::Bytes;
    id.data = transaction;
    return ask(requestOf(dischargeCode, {id, HeaderValue::boolean(fail)}));
}

std::uint64_t TransactionLink::ask(const QByteArray& body) {
    Senders::send(link_, body, ++last_);
    return last_;
}

std::optional<TransactionLink::Answer> TransactionLink::answered(std::uint64_t question) {
    auto found = answers_.extract(question);
    return found.empty() ? std::optional<Answer>() : std::move(found.mapped());
}

void TransactionLink::delivered(pn_delivery_t* delivery) {
    const std::uint64_t state = pn_delivery_remote_state(delivery);
    const std::uint64_t number = Senders::numberOf(delivery);
    if (state == 0 || number == 0)
        return;
    Answer answer;
    answer.isAccepted = state == PN_ACCEPTED;
    const HeaderValue fields = stateOf(delivery);
    if (state == declaredState && fields.asArray() && !fields.asArray()->empty()) {
        if (const QByteArray* id = fields.asArray()->front().asBytes())
            answer.declared = *id;
    }
    if (state == PN_REJECTED)
        answer.refusal =
            QString::fromUtf8(conditionOf(pn_disposition_condition(pn_delivery_remote(delivery))).name);
    answers_.emplace(number, std::move(answer));
    pn_delivery_settle(delivery);
}

void TransactionLink::close() {
    if (isOfThisTurn() && wire_.exists()) {
        AmqpConnection::follow(link_, nullptr);
        if (wire_.isUp()) {
            pn_link_close(link_);
            wire_.connection().pump();
        }
    }
    link_ = nullptr;
    answers_.clear();
}

} // namespace signalbox::servicebus
