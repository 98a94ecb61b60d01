#include "tests/support/servicebuspeer/cbswork.h"

#include "tests/support/servicebuspeer/connection.h"

namespace signalbox::sbpeer {

namespace {

Message response(const Message& request, int status, const QByteArray& words) {
    Message message;
    std::vector<Value> properties(6);
    properties[Message::CorrelationId] = request.properties.at(Message::MessageId);
    message.properties = Value::list(std::move(properties));
    message.applicationProperties.set("status-code", Value::number(Value::Type::Int, status))
        .set("status-description", Value::text(words));
    return message;
}

} // namespace

void CbsWork::onMessage(pn_delivery_t* delivery, const QByteArray& bytes) {
    const auto request = Message::parse(bytes);
    if (!request) {
        answer(delivery, refuse("amqp:decode-error", "The message is malformed."));
        return;
    }
    answer(delivery, {});
    const Value& wishes = request->applicationProperties;
    ReplyWork* reply = connection_.replyTo("$cbs", request->property(Message::ReplyTo));
    if (reply == nullptr) {
        return;
    }
    if (wishes["operation"].bytes() != "put-token" || !wishes["name"].isText()) {
        reply->send(response(*request, 400, "The operation or the name is missing or not known.").bytes());
        return;
    }
    const QByteArray token = request->value().bytes(), audience = wishes["name"].bytes();
    const QByteArray type = wishes["type"].bytes();
    const Keyring& keyring = connection_.shared().keyring;
    auto grant =
        type == "servicebus.windows.net:sastoken" ? keyring.checkSas(token, audience, connection_.now())
        : type == "jwt"                           ? keyring.checkKnown(token, audience, connection_.now())
                        : refuse("amqp:not-implemented", "Tokens of type '" + type + "' are not known.");
    if (grant && !grant->path.isEmpty()) {
        const QByteArray suffix = "/$management";
        const QByteArray entityPath =
            grant->path.endsWith(suffix) ? grant->path.chopped(suffix.size()) : grant->path;
        if (const auto place = connection_.shared().broker.resolve(entityPath); !place) {
            reply->send(response(*request, 404, tracked(place.error())).bytes());
            return;
        }
    }
    if (grant) {
        connection_.grants().add(*grant);
        reply->send(response(*request, 202, "Accepted").bytes());
    } else {
        reply->send(response(*request, 401, tracked(grant.error())).bytes());
    }
}

} // namespace signalbox::sbpeer
