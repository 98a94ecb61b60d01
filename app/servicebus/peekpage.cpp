#include "app/servicebus/peekpage.h"

#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"

#include <algorithm>

namespace signalbox::servicebus {

Request peekRequest(qint64 from, int most, bool withBodies, const QString& session) {
    HeaderValue count;
    count.kind = ValueKind::Int32;
    count.data = std::int64_t{std::min(most, mostPeeked)};
    HeaderTable body{{"from-sequence-number", HeaderValue::int64(from)}, {"message-count", count}};
    if (!withBodies)
        body.push_back({"omit-message-body", HeaderValue::boolean(true)});
    if (!session.isNull())
        body.push_back({"session-id", HeaderValue::string(session.toUtf8())});
    return {{{"operation", HeaderValue::string("com.microsoft:peek-message")}},
            HeaderValue::table(std::move(body))};
}

namespace {

// The bytes of an entry's message; nothing: there is none.
std::optional<QByteArrayView> encodedMessage(QByteArrayView entry) {
    QByteArrayView bytes = amqpEntry(entry, "message");
    const auto span = skipAmqpValue(bytes);
    return span && (span->code == 0xa0 || span->code == 0xb0) ? std::optional(span->content) : std::nullopt;
}

std::optional<qint64> numberOf(const Message& message) {
    std::int64_t number = 0;
    const HeaderValue* sequence = amqp10::annotation(message, "x-opt-sequence-number");
    return sequence && headerInteger(*sequence, &number) ? std::optional<qint64>(number) : std::nullopt;
}

} // namespace

std::optional<qint64> lastNumberOf(const Response& response) {
    const auto list = response.status == 204 ? std::nullopt : amqpItems(response.encodedField("messages"));
    const auto bytes = list && !list->empty() ? encodedMessage(list->back()) : std::nullopt;
    const auto message = bytes ? decodeMessage(*bytes) : Result<Message>(failure(ErrorKind::Corrupt, {}));
    return message ? numberOf(*message) : std::nullopt;
}

Result<std::vector<Peeked>> peekedMessages(const Response& response, qint64 from, const QString& address) {
    std::vector<Peeked> messages;
    if (response.status == 204)
        return messages;
    const auto nonsense = [&address] {
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The service answered with no messages of %1 that make sense.").arg(address));
    };
    const auto list = amqpItems(response.encodedField("messages"));
    if (!list)
        return nonsense();
    messages.reserve(list->size());
    for (const QByteArrayView entry : *list) {
        const auto bytes = encodedMessage(entry);
        if (!bytes)
            return nonsense();
        auto message = decodeMessage(*bytes);
        if (!message)
            return failure(std::move(message.error()));
        const std::optional<qint64> number = numberOf(*message);
        if (!number || *number < from)
            return nonsense();
        from = *number + 1;
        messages.push_back({*number, std::move(*message)});
    }
    return messages;
}

} // namespace signalbox::servicebus
