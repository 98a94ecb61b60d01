// Requests and answers of $management, and its operations on messages.
#include "tests/support/servicebuspeer/managementwork.h"

#include "tests/support/servicebuspeer/bridge.h"
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/messagework.h"
#include "tests/support/servicebuspeer/transactions.h"

namespace signalbox::sbpeer {

using Type = Value::Type;

namespace {

int httpStatusOf(const QByteArray& condition) {
    static const std::map<QByteArray, int> known{{"amqp:unauthorized-access", 401},
                                                 {"amqp:not-found", 404},
                                                 {"com.microsoft:entity-not-found", 404},
                                                 {"com.microsoft:message-not-found", 404},
                                                 {"com.microsoft:entity-already-exists", 409},
                                                 {"com.microsoft:message-lock-lost", 410},
                                                 {"com.microsoft:session-lock-lost", 410},
                                                 {"com.microsoft:server-busy", 503},
                                                 {"amqp:not-implemented", 501},
                                                 {"amqp:not-allowed", 403}};
    const auto found = known.find(condition);
    return found == known.end() ? 400 : found->second;
}

tl::unexpected<Refusal> fieldMissing(const QByteArray& field) {
    return refuse("amqp:invalid-field", "The field '" + field + "' is missing or has another type.");
}

// The numbers of an array of long; empty when it is not one: the service takes no list.
std::vector<qint64> numbersOf(const Value& value) {
    std::vector<qint64> numbers;
    if (value.type() == Type::Array && value.elementType() == Type::Long) {
        for (const Value& item : value.items()) {
            numbers.push_back(item.toInt());
        }
    }
    return numbers;
}

std::vector<QByteArray> tokensOf(const Value& value) {
    std::vector<QByteArray> tokens;
    if (value.type() == Type::Array && value.elementType() == Type::Uuid) {
        for (const Value& item : value.items()) {
            tokens.push_back(item.bytes());
        }
    }
    return tokens;
}

std::optional<QByteArray> sessionOf(const Value& body) {
    const Value& session = body["session-id"];
    return session.isText() ? std::optional(session.bytes()) : std::nullopt;
}

} // namespace

void ManagementWork::onMessage(pn_delivery_t* delivery, const QByteArray& bytes) {
    const auto request = Message::parse(bytes);
    const Value body = request ? request->value() : Value();
    if (!request) {
        answer(delivery, refuse("amqp:decode-error", "The message is malformed."));
        return;
    }
    const RemoteState state = remoteState(delivery);
    if (state.transaction.isEmpty()) {
        answer(delivery, {});
    } else {
        updateInTransaction(delivery, state.transaction);
        pn_delivery_settle(delivery);
    }
    const Value& wishes = request->applicationProperties;
    const auto* source =
        dynamic_cast<SourceWork*>(connection_.byName(wishes["associated-link-name"].bytes()));
    const Request wish{body, source != nullptr ? source->owner() : 0, state.transaction};
    const bool isBusy = Faults::spend(connection_.shared().faults.throttleManagement);
    const Result result = isBusy
                              ? refuse("com.microsoft:server-busy", "Please wait 10 seconds and try again.")
                              : perform(wishes["operation"].bytes(), wish);
    const Answer said =
        result ? *result : Answer{httpStatusOf(result.error().condition), {}, result.error().condition};

    Message response;
    std::vector<Value> properties(6);
    properties[Message::CorrelationId] = request->properties.at(Message::MessageId);
    response.properties = Value::list(std::move(properties));
    response.applicationProperties.set("statusCode", Value::number(Type::Int, said.status))
        .set("statusDescription", Value::text(result ? QByteArray("OK") : tracked(result.error())));
    if (!said.condition.isEmpty()) {
        response.applicationProperties.set("errorCondition", Value::symbol(said.condition));
    }
    if (wishes.has("com.microsoft:tracking-id")) {
        response.applicationProperties.set("com.microsoft:tracking-id", wishes["com.microsoft:tracking-id"]);
    }
    response.body = encode(Value::described(0x77, said.body.isNull() ? Value::map() : said.body));
    if (ReplyWork* reply = connection_.replyTo(address_, request->property(Message::ReplyTo))) {
        reply->send(response.bytes());
    }
    connection_.shared().broker.touch();
}

ManagementWork::Result ManagementWork::perform(const QByteArray& operation, const Request& request) {
    struct Known {
        Right right;
        Result (ManagementWork::*does)(const Request&);
    };
    static const std::map<QByteArray, Known> known{
        {"peek-message", {Listen, &ManagementWork::peek}},
        {"renew-lock", {Listen, &ManagementWork::renewLock}},
        {"receive-by-sequence-number", {Listen, &ManagementWork::receiveByNumber}},
        {"update-disposition", {Listen, &ManagementWork::updateDisposition}},
        {"schedule-message", {Send, &ManagementWork::schedule}},
        {"cancel-scheduled-message", {Send, &ManagementWork::cancelScheduled}},
        {"batch-delete-messages", {Listen, &ManagementWork::batchDelete}},
        {"get-message-sessions", {Listen, &ManagementWork::listSessions}},
        {"renew-session-lock", {Listen, &ManagementWork::renewSession}},
        {"get-session-state", {Listen, &ManagementWork::getSessionState}},
        {"set-session-state", {Listen, &ManagementWork::setSessionState}},
        {"enumerate-rules", {Listen, &ManagementWork::enumerateRules}},
        {"add-rule", {Listen, &ManagementWork::addRule}},
        {"remove-rule", {Listen, &ManagementWork::removeRule}}};
    const QByteArray prefix = "com.microsoft:";
    const auto found = operation.startsWith(prefix) ? known.find(operation.mid(prefix.size())) : known.end();
    if (found == known.end()) {
        return refuse("amqp:not-implemented", "The operation '" + operation + "' is not known.");
    }
    if (!connection_.grants().allows(address_, found->second.right, connection_.now())) {
        return refuse("amqp:unauthorized-access", "Unauthorized access to '" + address_ + "'.");
    }
    if (request.body.type() != Type::Map) {
        return refuse("amqp:decode-error", "The body of a request is a map.");
    }
    return (this->*found->second.does)(request);
}

ManagementWork::Result ManagementWork::peek(const Request& request) {
    const Value& from = request.body["from-sequence-number"];
    const Value& count = request.body["message-count"];
    if (from.type() != Type::Long || count.type() != Type::Int) {
        return fieldMissing("from-sequence-number (long) or message-count (int)");
    }
    const bool omit = request.body["omit-message-body"].toInt() != 0;
    std::vector<Value> messages;
    qsizetype size = 0;
    for (const Entry* entry :
         store().peek(from.toInt(), static_cast<int>(count.toInt()), sessionOf(request.body))) {
        Value item = Value::map();
        item.set("message", Value::binary(outgoing(*place_.entity, *entry,
                                                   omit ? Look::PeekedWithoutBody : Look::Peeked)));
        size += item["message"].bytes().size();
        if (!messages.empty() && size > place_.entity->settings.maxMessageKilobytes * 1024) {
            break; // as the service: fewer than asked for
        }
        messages.push_back(std::move(item));
    }
    if (messages.empty()) {
        return Answer{204, {}, {}};
    }
    return Answer{200, Value::map().set("messages", Value::list(std::move(messages))), {}};
}

ManagementWork::Result ManagementWork::renewLock(const Request& request) {
    const auto tokens = tokensOf(request.body["lock-tokens"]);
    if (tokens.empty()) {
        return fieldMissing("lock-tokens (array of uuid)");
    }
    std::vector<Value> expirations;
    for (const QByteArray& token : tokens) {
        const auto until = store().renew(token);
        if (!until) {
            return tl::unexpected(until.error());
        }
        expirations.push_back(Value::number(Type::Timestamp, *until));
    }
    return Answer{
        200, Value::map().set("expirations", Value::array(Type::Timestamp, std::move(expirations))), {}};
}

ManagementWork::Result ManagementWork::receiveByNumber(const Request& request) {
    const auto numbers = numbersOf(request.body["sequence-numbers"]);
    const Value& mode = request.body["receiver-settle-mode"];
    if (numbers.empty() || !mode.isWholeNumber()) {
        return fieldMissing("sequence-numbers (array of long) or receiver-settle-mode");
    }
    const auto entries = store().receiveDeferred(numbers, mode.toInt() != 0, request.owner);
    if (!entries) {
        return tl::unexpected(entries.error());
    }
    std::vector<Value> messages;
    for (const Entry& entry : *entries) {
        Value item = Value::map();
        item.set("message", Value::binary(outgoing(*place_.entity, entry)));
        if (!entry.lockToken.isEmpty()) {
            item.set("lock-token", Value::uuid(entry.lockToken));
        }
        messages.push_back(std::move(item));
    }
    return Answer{200, Value::map().set("messages", Value::list(std::move(messages))), {}};
}

ManagementWork::Result ManagementWork::updateDisposition(const Request& request) {
    static const std::map<QByteArray, Settlement::Kind> known{{"completed", Settlement::Kind::Complete},
                                                              {"abandoned", Settlement::Kind::Abandon},
                                                              {"defered", Settlement::Kind::Defer},
                                                              {"suspended", Settlement::Kind::DeadLetter}};
    const auto kind = known.find(request.body["disposition-status"].bytes());
    const auto tokens = tokensOf(request.body["lock-tokens"]);
    if (kind == known.end() || tokens.empty()) {
        return fieldMissing("disposition-status or lock-tokens (array of uuid)");
    }
    Settlement how;
    how.kind = kind->second;
    how.reason = request.body["deadletter-reason"].bytes();
    how.description = request.body["deadletter-description"].bytes();
    how.changes = request.body["properties-to-modify"];
    for (const QByteArray& token : tokens) {
        Transactions& transactions = connection_.shared().transactions;
        const auto done = request.transaction.isEmpty()
                              ? settle(store(), token, how)
                              : transactions.settle(request.transaction, place_, token, how);
        if (!done) {
            return tl::unexpected(done.error());
        }
    }
    return Answer{};
}

ManagementWork::Result ManagementWork::schedule(const Request& request) {
    std::vector<Message> messages;
    for (const Value& item : request.body["messages"].items()) {
        auto message = Message::parse(item["message"].bytes());
        if (!message) {
            return refuse("amqp:decode-error", "A message is malformed.");
        }
        if (auto fit = connection_.shared().broker.checkSend(place_, *message); !fit) {
            return tl::unexpected(fit.error());
        }
        messages.push_back(std::move(*message));
    }
    if (messages.empty()) {
        return fieldMissing("messages");
    }
    if (!request.transaction.isEmpty()) {
        return refuse("amqp:not-implemented", "Scheduling inside a transaction is not known here.");
    }
    std::vector<Value> numbers;
    for (Message& message : messages) {
        const auto sent = connection_.shared().broker.send(place_, std::move(message));
        if (!sent) {
            return tl::unexpected(sent.error());
        }
        numbers.push_back(Value::number(Type::Long, *sent));
    }
    return Answer{
        200, Value::map().set("sequence-numbers", Value::array(Type::Long, std::move(numbers))), {}};
}

ManagementWork::Result ManagementWork::cancelScheduled(const Request& request) {
    const auto numbers = numbersOf(request.body["sequence-numbers"]);
    if (numbers.empty()) {
        return fieldMissing("sequence-numbers (array of long)");
    }
    if (auto done = store().cancelScheduled(numbers); !done) {
        return tl::unexpected(done.error());
    }
    return Answer{};
}

ManagementWork::Result ManagementWork::batchDelete(const Request& request) {
    constexpr int most = 4000;
    const Value& count = request.body["message-count"];
    const Value& before = request.body["enqueued-time-utc"];
    if (count.type() != Type::Int || before.type() != Type::Timestamp || count.toInt() > most) {
        return fieldMissing("message-count (int, at most 4000) or enqueued-time-utc (timestamp)");
    }
    if (place_.entity->settings.partitioned) {
        return refuse("amqp:not-allowed", "Batch deletion is not supported for partitioned entities.");
    }
    const int gone =
        store().removeOlder(before.toInt(), static_cast<int>(count.toInt()), sessionOf(request.body));
    if (gone == 0) {
        return Answer{204, {}, "com.microsoft:message-not-found"};
    }
    return Answer{200, Value::map().set("message-count", Value::number(Type::Int, gone)), {}};
}

} // namespace signalbox::sbpeer
