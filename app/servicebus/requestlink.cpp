#include "app/servicebus/requestlink.h"

#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"

#include <QUuid>
#include <algorithm>
#include <proton/connection.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr int answerCredit = 100;

int statusOf(const Message& message) {
    std::int64_t status = 0;
    for (const char* name : {"statusCode", "status-code"}) {
        if (const HeaderValue* value = message.header(name); value && headerInteger(*value, &status))
            return static_cast<int>(status);
    }
    return 0;
}

QString textOf(const Message& message, const char* name, const char* otherName) {
    const HeaderValue* value = message.header(name);
    return amqp10::text(value ? value : message.header(otherName));
}

Response responseOf(Message message) {
    Response response;
    response.status = statusOf(message);
    response.description = textOf(message, "statusDescription", "status-description");
    response.condition = textOf(message, "errorCondition", "error-condition").toUtf8();
    if (amqp10::bodyKindOf(message) == amqp10::BodyKind::Value)
        response.body = std::move(message.body);
    return response;
}

} // namespace

Error statusError(const Response& response, const QString& doing) {
    AmqpCondition condition{response.condition, response.description};
    if (condition.name.isEmpty()) {
        switch (response.status) {
        case 401:
            condition.name = "amqp:unauthorized-access";
            break;
        case 404:
            condition.name = "amqp:not-found";
            break;
        case 410:
            condition.name = "com.microsoft:message-lock-lost";
            break;
        case 500:
            condition.name = "amqp:internal-error";
            break;
        case 503:
            condition.name = "com.microsoft:server-busy";
            break;
        default:
            break;
        }
    }
    Error error = conditionError(condition, doing);
    error.detail = QStringLiteral("status %1, %2").arg(response.status).arg(error.detail);
    return error;
}

HeaderValue Response::field(QByteArrayView name) const {
    QByteArrayView bytes = encodedField(name);
    auto value = readAmqpValue(bytes);
    return value ? std::move(*value) : HeaderValue();
}

RequestLink::RequestLink(AmqpConnection& connection, QString node)
    : connection_(connection)
    , node_(std::move(node))
    , replyTo_("signalbox-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces)) {}

RequestLink::~RequestLink() {
    for (pn_link_t* link : {sender_, receiver_}) {
        if (link)
            AmqpConnection::follow(link, nullptr);
    }
    if (connection_.isUp() && sender_)
        connection_.closeLink(sender_); // the session, and so both
}

Result<void> RequestLink::open() {
    const QByteArray node = node_.toUtf8();
    const QString doing = QStringLiteral("open %1").arg(node_);
    pn_session_t* session = connection_.newSession();
    sender_ = pn_sender(session, (replyTo_ + "-requests").constData());
    pn_terminus_set_address(pn_link_target(sender_), node.constData());
    pn_terminus_set_address(pn_link_source(sender_), replyTo_.constData());
    receiver_ = pn_receiver(session, (replyTo_ + "-answers").constData());
    pn_terminus_set_address(pn_link_source(receiver_), node.constData());
    pn_terminus_set_address(pn_link_target(receiver_), replyTo_.constData());
    AmqpConnection::follow(receiver_, this);
    if (auto opened = connection_.openLink(receiver_, doing); !opened)
        return opened;
    if (auto opened = connection_.openLink(sender_, doing); !opened)
        return opened;
    pn_link_flow(receiver_, answerCredit);
    connection_.pump();
    return {};
}

bool RequestLink::isOpen() const {
    constexpr pn_state_t up = PN_LOCAL_ACTIVE | PN_REMOTE_ACTIVE;
    return connection_.isUp() && sender_ && receiver_ && (pn_link_state(sender_) & up) == up &&
           (pn_link_state(receiver_) & up) == up;
}

Error RequestLink::goneError() const {
    Error error =
        conditionError(conditionOf(pn_link_remote_condition(receiver_)), QStringLiteral("ask %1").arg(node_));
    if (error.kind != ErrorKind::NotAllowed)
        error.kind = ErrorKind::Lost;
    return error;
}

Error RequestLink::lateError() const {
    return {ErrorKind::Busy, QStringLiteral("Could not ask %1: no answer in time.").arg(node_), {}};
}

Result<Response> RequestLink::ask(const Request& request, int waitMs) {
    if (auto begun = begin(request, waitMs); !begun)
        return failure(std::move(begun.error()));
    return finish(waitMs);
}

Result<void> RequestLink::begin(const Request& request, int waitMs) {
    auto ready = connection_.waitUntil([this] { return !isOpen() || pn_link_credit(sender_) > 0; }, waitMs);
    if (!ready)
        return failure(std::move(ready.error()));
    if (!isOpen())
        return failure(goneError());
    if (!*ready)
        return failure(lateError());
    Message message;
    message.properties.messageId = QByteArray::number(static_cast<quint64>(++lastId_));
    message.properties.replyTo = replyTo_;
    message.properties.headers = request.properties;
    message.properties.amqp10 = HeaderTable{{amqp10::to, HeaderValue::string(node_.toUtf8())},
                                            {amqp10::bodyKind, HeaderValue::string("value")}};
    message.body = encodeValue(request.body);
    const QByteArray bytes = encodeMessage(message);

    awaited_ = lastId_;
    answer_.reset();
    const QByteArray tag = *message.properties.messageId;
    pn_delivery_t* delivery =
        pn_delivery(sender_, pn_dtag(tag.constData(), static_cast<std::size_t>(tag.size())));
    pn_link_send(sender_, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    pn_link_advance(sender_);
    pn_delivery_settle(delivery); // the answer tells whether it arrived
    connection_.pump();
    return {};
}

Result<Response> RequestLink::finish(int waitMs) {
    auto answered = connection_.waitUntil([this] { return answer_.has_value() || !isOpen(); }, waitMs);
    awaited_ = 0;
    if (!answered)
        return failure(std::move(answered.error()));
    if (answer_)
        return *std::exchange(answer_, std::nullopt);
    return failure(isOpen() ? lateError() : goneError());
}

Result<Response> RequestLink::demand(const Request& request, const QString& doing, int waitMs) {
    return successOf(ask(request, waitMs), doing);
}

Result<Response> successOf(Result<Response> response, const QString& doing) {
    if (response && !response->isSuccess())
        return failure(statusError(*response, doing));
    return response;
}

void RequestLink::delivered(pn_delivery_t* delivery) {
    if (!pn_delivery_readable(delivery))
        return;
    const std::size_t pending = pn_delivery_pending(delivery);
    const qsizetype had = incoming_.size();
    incoming_.resize(had + static_cast<qsizetype>(pending));
    const ssize_t got = pn_link_recv(receiver_, incoming_.data() + had, pending);
    incoming_.truncate(had + std::max<qsizetype>(0, got));
    if (pn_delivery_partial(delivery))
        return;
    pn_link_advance(receiver_);
    pn_delivery_update(delivery, PN_ACCEPTED);
    pn_delivery_settle(delivery);
    pn_link_flow(receiver_, 1);
    // What makes no sense is no answer: the one who asks then waits in vain and says so.
    auto message = decodeMessage(incoming_);
    forgetBytes(incoming_);
    if (message && awaited_ != 0 &&
        message->properties.correlationId == QByteArray::number(static_cast<quint64>(awaited_)))
        answer_ = responseOf(std::move(*message));
}

} // namespace signalbox::servicebus
