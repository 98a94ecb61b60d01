#include "tests/sandbox/bus.h"

#include <QRandomGenerator>

namespace signalbox::sandbox {

namespace {

using sbpeer::Message;
using sbpeer::Value;

constexpr const char* company = R"({
    "firstSequenceNumber": 9007199254740992,
    "queues": [
        {"name": "booking-requests", "maxDeliveryCount": 5},
        {"name": "seat-reservations", "sessions": true},
        {"name": "payments", "detectsDuplicates": true, "deadLettersExpired": true},
        {"name": "price-updates", "partitioned": true},
        {"name": "archive", "status": "SendDisabled"}],
    "topics": [{"name": "travel-events", "subscriptions": [
        {"name": "audit"},
        {"name": "loyalty", "rules": [{"name": "gold", "sql": "tier = 'gold' AND amount > 100"}]},
        {"name": "mail", "rules": [{"name": "booked", "correlation": {"label": "BookingConfirmed"}}]}]}]})";

struct Cause {
    const char* address; // of the dead-letter sub-queue
    const char* label;
    const char* reason;
    const char* description; // %1: a number that differs each time
    int count;
};

constexpr Cause causes[] = {
    {"booking-requests/$DeadLetterQueue", "BookingRequested", "MaxDeliveryCountExceeded",
     "Message could not be consumed after 5 delivery attempts.", 380},
    {"booking-requests/$DeadLetterQueue", "BookingRequested", "System.TimeoutException",
     "The inventory service did not answer within 30 s (request %1).", 210},
    {"booking-requests/$DeadLetterQueue", "BookingCancelled", "ValidationFailed",
     "Booking %1 has no passenger name.", 90},
    {"payments/$DeadLetterQueue", "PaymentRequested", "TTLExpiredException",
     "The message expired and was dead lettered.", 160},
    {"seat-reservations/$DeadLetterQueue", "SeatHeld", "SeatTaken", "Seat %1 was taken by another session.",
     70},
    {"price-updates/$DeadLetterQueue", "PriceChanged", "JsonException",
     "'<' is an invalid start of a value. Path: $ | LineNumber: %1.", 60},
    {"travel-events/Subscriptions/loyalty/$DeadLetterQueue", "BookingConfirmed", "MaxDeliveryCountExceeded",
     "Message could not be consumed after 10 delivery attempts.", 30},
};

Message letter(const QByteArray& id, const char* label, const QByteArray& body,
               const QByteArray& session = {}) {
    Message message = sbpeer::textMessage(id, body);
    std::vector<Value> properties(13);
    properties[Message::MessageId] = Value::text(id);
    properties[Message::Subject] = Value::text(label);
    properties[Message::ContentType] = Value::symbol("application/json");
    if (!session.isEmpty())
        properties[Message::GroupId] = Value::text(session);
    message.properties = Value::list(std::move(properties));
    message.applicationProperties = Value::map();
    message.applicationProperties.set(
        "Diagnostic-Id",
        Value::text("00-" + id.toHex().leftJustified(32, '0', true) + "-00f067aa0ba902b7-01"));
    message.applicationProperties.set("tier", Value::text(id.size() % 2 == 0 ? "gold" : "basic"));
    message.applicationProperties.set("amount", Value::number(Value::Type::Int, 80 + id.back() * 3));
    return message;
}

QByteArray booking(int number) {
    return R"({"bookingId":)" + QByteArray::number(number) + R"(,"from":"BER","to":"LIS","passengers":)" +
           QByteArray::number(1 + number % 4) + "}";
}

} // namespace

Result<void> Bus::start() {
    if (const auto started = peer_.start(company); !started)
        return failure(ErrorKind::Internal, QStringLiteral("The Service Bus peer does not start."),
                       QString::fromUtf8(started.error().description));
    if (!fill())
        return failure(ErrorKind::Internal,
                       QStringLiteral("The Service Bus peer does not take its messages."));
    return {};
}

bool Bus::fill() {
    QRandomGenerator random(7);
    int number = 1000;
    bool whole = true;
    for (const Cause& cause : causes) {
        for (int i = 0; i < cause.count; ++i) {
            ++number;
            const bool sessions = QByteArrayView(cause.address).startsWith("seat-");
            const bool broken = QByteArrayView(cause.reason) == "JsonException";
            Message message = letter("bk-" + QByteArray::number(number), cause.label,
                                     broken ? QByteArray("<price flight='TP531'>") : booking(number),
                                     sessions ? "flight-" + QByteArray::number(number % 9) : QByteArray());
            const QString description = QString::fromLatin1(cause.description);
            message.applicationProperties.set("DeadLetterReason", Value::text(cause.reason));
            message.applicationProperties.set("DeadLetterErrorDescription",
                                              Value::text((description.contains(QLatin1String("%1"))
                                                               ? description.arg(random.bounded(100000))
                                                               : description)
                                                              .toUtf8()));
            whole = whole && peer_.put(cause.address, message).has_value();
        }
    }
    for (int i = 0; i < 40; ++i) { // what waits for its consumers
        ++number;
        whole = whole && peer_
                             .put("booking-requests", letter("bk-" + QByteArray::number(number),
                                                             "BookingRequested", booking(number)))
                             .has_value();
        whole = whole && peer_
                             .put("travel-events", letter("ev-" + QByteArray::number(number),
                                                          "BookingConfirmed", booking(number)))
                             .has_value();
        whole = whole &&
                peer_
                    .put("seat-reservations", letter("st-" + QByteArray::number(number), "SeatHeld",
                                                     booking(number), "flight-" + QByteArray::number(i % 6)))
                    .has_value();
    }
    return whole && keepStates();
}

// What the seat service remembers of each flight: JSON, as most do, and a few bytes.
bool Bus::keepStates() {
    bool whole = true;
    peer_.run([&whole](sbpeer::Host& host) {
        const auto place = host.broker().resolve("seat-reservations");
        whole = place.has_value();
        if (!whole)
            return;
        for (int flight = 0; flight < 4; ++flight)
            place->store()->setSessionState(
                "flight-" + QByteArray::number(flight),
                Value::binary(R"({"flight":"TP)" + QByteArray::number(530 + flight) + R"(","seatsLeft":)" +
                              QByteArray::number(12 - 3 * flight) + R"(,"lastRow":)" +
                              QByteArray::number(20 + flight) + "}"));
        place->store()->setSessionState("charter-77", Value::binary(QByteArray("\x01\x00\x1c\xff", 4)));
    });
    return whole;
}

} // namespace signalbox::sandbox
