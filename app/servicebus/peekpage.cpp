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

const QByteArray* encodedMessage(const HeaderValue& entry) {
    const HeaderValue::Table* map = entry.asTable();
    const HeaderValue* bytes = map ? findHeader(*map, "message") : nullptr;
    return bytes ? bytes->asBytes() : nullptr;
}

std::optional<qint64> numberOf(const Message& message) {
    std::int64_t number = 0;
    const HeaderValue* sequence = amqp10::annotation(message, "x-opt-sequence-number");
    return sequence && headerInteger(*sequence, &number) ? std::optional<qint64>(number) : std::nullopt;
}

} // namespace

std::optional<qint64> lastNumberOf(const Response& response) {
    const HeaderValue* list = response.status == 204 ? nullptr : response.field("messages");
    if (!list || !list->asArray() || list->asArray()->empty())
        return {};
    const QByteArray* bytes = encodedMessage(list->asArray()->back());
    if (!bytes)
        return {};
    const auto message = decodeMessage(*bytes);
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
    const HeaderValue* list = response.field("messages");
    if (!list || !list->asArray())
        return nonsense();
    messages.reserve(list->asArray()->size());
    for (const HeaderValue& entry : *list->asArray()) {
        const QByteArray* bytes = encodedMessage(entry);
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
