#include "models/messaging/sendable.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

const char* fault(const HeaderValue& value) {
    if (value.kind > ValueKind::Table)
        return "is of a type that only AMQP 1.0 has, which RabbitMQ does not take";
    if (const auto* number = std::get_if<double>(&value.data); number && !std::isfinite(*number))
        return "holds NaN or infinity, which RabbitMQ does not take";
    const char* found = nullptr;
    if (const auto* entries = value.asArray()) {
        for (const HeaderValue& entry : *entries)
            found = found ? found : fault(entry);
    }
    if (const auto* table = value.asTable()) {
        for (const Header& entry : *table)
            found = found ? found : fault(entry.value);
    }
    return found;
}

} // namespace

std::optional<QString> unsendableByAmqp091(const MessageProperties& properties) {
    if (properties.amqp10)
        return QStringLiteral("it came from Service Bus, and RabbitMQ has no place for all that it carries");
    if (!properties.headers)
        return std::nullopt;
    for (const Header& header : *properties.headers) {
        if (const char* why = fault(header.value))
            return QStringLiteral("the header \"%1\" %2")
                .arg(QString::fromUtf8(header.name.left(40)), QLatin1String(why));
    }
    return std::nullopt;
}

std::optional<QString> unsendableBy(Carrier carrier, const MessageProperties& properties) {
    if (carrier == Carrier::Amqp091)
        return unsendableByAmqp091(properties);
    if (carrier == Carrier::ServiceBus && !properties.amqp10)
        return QStringLiteral("it came by AMQP 0-9-1, and is not sent to Service Bus");
    return {};
}

} // namespace signalbox
