// How a message of Service Bus changes on its way out.
// Source: Azure's documentation "Messages, payloads, and serialization" (which properties the service sets).
#include "models/replay/outgoing.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/bustopology.h"

#include <QUuid>
#include <algorithm>
#include <array>

namespace signalbox {
namespace {

constexpr std::array busHeaders{
    "x-opt-sequence-number", "x-opt-enqueued-time",     "x-opt-enqueue-sequence-number",
    "x-opt-locked-until",    "x-opt-deadletter-source", "x-opt-message-state",
    "x-opt-partition-id",    "x-opt-lock-token",        scheduledTime,
    amqp10::deliveryCount,   amqp10::firstAcquirer,     amqp10::absoluteExpiry,
    amqp10::creationTime};

// The same item of a run gets the same id again: sent twice after a doubt, it is one to whoever looks at ids.
QByteArray newMessageId(const Message& original, const QString& runId) {
    static const QUuid space(QStringLiteral("{6f1d3a52-7c0b-5a4e-9b57-1f0a5be2c9d4}"));
    const QByteArray name = runId.toUtf8() + '/' + fingerprintOf(original).toHex();
    return QUuid::createUuidV5(space, name).toByteArray(QUuid::WithoutBraces);
}

HeaderTable annotationsOf(const Message& message) {
    const HeaderValue* value = amqp10::find(message, amqp10::annotations);
    return value && value->asTable() ? *value->asTable() : HeaderTable();
}

} // namespace

bool isBusHeader(QByteArrayView name) {
    return std::any_of(busHeaders.begin(), busHeaders.end(),
                       [name](const char* header) { return name == header; });
}

QString busTarget(const Message& message, const ReplayOptions& options) {
    const ReplayDestination& to = options.destination;
    switch (to.kind) {
    case ReplayDestination::Kind::Queue:
        return to.queue;
    case ReplayDestination::Kind::Exchange:
        return to.exchange;
    default:
        break;
    }
    // Dead letters that were forwarded name their entity; else they lie in a sub-queue of it, whose name the
    // reading gives as routing key.
    const QString source = amqp10::text(amqp10::annotation(message, "x-opt-deadletter-source"));
    return source.isEmpty() ? QString::fromUtf8(message.routingKey) : source;
}

OutgoingRoute outgoingBusRoute(const Message& message, const ReplayOptions& options) {
    OutgoingRoute route;
    const QString target = busTarget(message, options);
    const QString topic = topicOf(target);
    route.routingKey = (topic.isEmpty() ? target : topic).toUtf8();
    route.known = !route.routingKey.isEmpty();
    return route;
}

void applyBusOptions(Message& out, const Message& original, const ReplayOptions& options,
                     const QString& runId) {
    HeaderTable& extras = *out.properties.amqp10;
    const HeaderTable before = annotationsOf(original);
    HeaderTable annotations = before;
    const auto isOfService = [](const Header& header) { return isBusHeader(header.name); };
    std::erase_if(annotations, isOfService);
    std::erase_if(extras, isOfService);
    if (options.enqueueAt.isValid()) {
        HeaderValue at;
        at.kind = ValueKind::Milliseconds;
        at.data = static_cast<std::int64_t>(options.enqueueAt.toMSecsSinceEpoch());
        setHeader(annotations, scheduledTime, std::move(at));
    }
    if (annotations.empty() && !before.empty())
        removeHeader(extras, amqp10::annotations);
    else if (!annotations.empty())
        setHeader(extras, amqp10::annotations, HeaderValue::table(std::move(annotations)));
    if (options.deathHeaders == KeepOrStrip::Strip && out.properties.headers) {
        removeHeader(*out.properties.headers, "DeadLetterReason");
        removeHeader(*out.properties.headers, "DeadLetterErrorDescription");
    }
    if (options.messageId == KeepOrStrip::Strip) {
        out.properties.messageId = newMessageId(original, runId);
        removeHeader(extras, amqp10::messageId);
    }
}

} // namespace signalbox
