#include "models/deadletters/whereoperand.h"

#include "models/messaging/amqp10.h"

#include <array>

namespace signalbox {

namespace {

struct PropertyName {
    QLatin1StringView word;
    WhereProperty property;
};

constexpr std::array<PropertyName, 13> propertyNames = {{
    {QLatin1StringView("content_type"), WhereProperty::ContentType},
    {QLatin1StringView("content_encoding"), WhereProperty::ContentEncoding},
    {QLatin1StringView("app_id"), WhereProperty::AppId},
    {QLatin1StringView("user_id"), WhereProperty::UserId},
    {QLatin1StringView("reply_to"), WhereProperty::ReplyTo},
    {QLatin1StringView("priority"), WhereProperty::Priority},
    {QLatin1StringView("expiration"), WhereProperty::Expiration},
    {QLatin1StringView("timestamp"), WhereProperty::Timestamp},
    {QLatin1StringView("delivery_mode"), WhereProperty::DeliveryMode},
    {QLatin1StringView("delivered_exchange"), WhereProperty::DeliveredExchange},
    {QLatin1StringView("delivered_key"), WhereProperty::DeliveredKey},
    {QLatin1StringView("session"), WhereProperty::Session},
    {QLatin1StringView("enqueued"), WhereProperty::Enqueued},
}};

WhereValue textValue(const QByteArray& bytes) {
    WhereValue value;
    value.kind = WhereValue::Kind::Text;
    value.text = QString::fromUtf8(bytes);
    return value;
}

WhereValue integerValue(qint64 number) {
    WhereValue value;
    value.kind = WhereValue::Kind::Integer;
    value.integer = number;
    return value;
}

WhereValue timeValue(std::uint64_t seconds) {
    WhereValue value;
    value.kind = WhereValue::Kind::Time;
    constexpr std::uint64_t latest = 253402300799; // end of the year 9999
    value.integer = static_cast<qint64>(std::min(seconds, latest)) * 1000;
    return value;
}

WhereValue headerValue(const HeaderValue& header) {
    WhereValue value;
    switch (header.kind) {
    case ValueKind::Void:
        return value;
    case ValueKind::Bool:
        value.kind = WhereValue::Kind::Flag;
        if (const bool* flag = std::get_if<bool>(&header.data))
            value.flag = *flag;
        return value;
    case ValueKind::Timestamp:
        if (const auto* seconds = std::get_if<std::int64_t>(&header.data))
            return timeValue(static_cast<std::uint64_t>(std::max<std::int64_t>(*seconds, 0)));
        return value;
    case ValueKind::Milliseconds:
        if (const auto* ms = std::get_if<std::int64_t>(&header.data))
            return timeValue(static_cast<std::uint64_t>(std::max<std::int64_t>(*ms / 1000, 0)));
        return value;
    case ValueKind::Float:
    case ValueKind::Double:
        value.kind = WhereValue::Kind::Real;
        if (const double* number = std::get_if<double>(&header.data))
            value.real = *number;
        return value;
    default:
        break;
    }
    if (std::int64_t number = 0; headerInteger(header, &number))
        return integerValue(number);
    if (const auto* wide = std::get_if<std::uint64_t>(&header.data)) {
        value.kind = WhereValue::Kind::Real;
        value.real = static_cast<double>(*wide);
        return value;
    }
    return textValue(headerText(header));
}

using Path = std::vector<WherePathStep>;

bool visitValue(const HeaderValue& value, const Path& path, std::size_t step, const WhereVisitor& visit);

// Names with dots need no quotes: "NServiceBus.FailedQ" is tried as one name before it is taken as a path.
bool visitTable(const HeaderValue::Table& table, const Path& path, std::size_t step,
                const WhereVisitor& visit) {
    std::size_t end = step + 1;
    while (!path.at(step).quoted && end < path.size() && path.at(end).index == WherePathStep::none &&
           !path.at(end).quoted)
        ++end;
    for (; end > step; --end) {
        QString name = path.at(step).name;
        for (std::size_t i = step + 1; i < end; ++i)
            name += u'.' + path.at(i).name;
        if (const HeaderValue* value = findHeader(table, name.toUtf8()))
            return visitValue(*value, path, end, visit);
    }
    return false;
}

bool visitValue(const HeaderValue& value, const Path& path, std::size_t step, const WhereVisitor& visit) {
    if (step == path.size())
        return visit(headerValue(value));
    const WherePathStep& next = path.at(step);
    if (next.index == WherePathStep::none) {
        const auto* table = value.asTable();
        return table && visitTable(*table, path, step, visit);
    }
    const auto* array = value.asArray();
    if (!array)
        return false;
    if (next.index == WherePathStep::any) {
        return std::any_of(array->begin(), array->end(), [&](const HeaderValue& entry) {
            return visitValue(entry, path, step + 1, visit);
        });
    }
    const auto index = static_cast<std::size_t>(next.index);
    return index < array->size() && visitValue(array->at(index), path, step + 1, visit);
}

} // namespace

std::optional<WhereProperty> propertyFromWord(QStringView word) {
    for (const PropertyName& name : propertyNames) {
        if (word.compare(name.word, Qt::CaseInsensitive) == 0)
            return name.property;
    }
    return std::nullopt;
}

bool isNumeric(WhereProperty property) {
    return property == WhereProperty::Priority || property == WhereProperty::DeliveryMode;
}

bool isTime(WhereProperty property) {
    return property == WhereProperty::Timestamp || property == WhereProperty::Enqueued;
}

std::optional<WhereValue> propertyValue(const Message& message, WhereProperty property) {
    const MessageProperties& p = message.properties;
    const auto text = [](const std::optional<QByteArray>& bytes) {
        return bytes ? std::optional<WhereValue>(textValue(*bytes)) : std::nullopt;
    };
    switch (property) {
    case WhereProperty::ContentType:
        return text(p.contentType);
    case WhereProperty::ContentEncoding:
        return text(p.contentEncoding);
    case WhereProperty::AppId:
        return text(p.appId);
    case WhereProperty::UserId:
        return text(p.userId);
    case WhereProperty::ReplyTo:
        return text(p.replyTo);
    case WhereProperty::Expiration:
        return text(p.expiration);
    case WhereProperty::Priority:
        return p.priority ? std::optional<WhereValue>(integerValue(*p.priority)) : std::nullopt;
    case WhereProperty::DeliveryMode:
        return p.deliveryMode ? std::optional<WhereValue>(integerValue(*p.deliveryMode)) : std::nullopt;
    case WhereProperty::Timestamp:
        return p.timestamp ? std::optional<WhereValue>(timeValue(*p.timestamp)) : std::nullopt;
    case WhereProperty::DeliveredExchange:
        return textValue(message.exchange);
    case WhereProperty::DeliveredKey:
        return textValue(message.routingKey);
    case WhereProperty::Session:
        if (const HeaderValue* session = amqp10::find(message, amqp10::groupId))
            return textValue(amqp10::text(session).toUtf8());
        return std::nullopt;
    case WhereProperty::Enqueued: {
        const QDateTime at = amqp10::time(amqp10::annotation(message, "x-opt-enqueued-time"));
        if (!at.isValid())
            return std::nullopt;
        WhereValue value;
        value.kind = WhereValue::Kind::Time;
        value.integer = at.toMSecsSinceEpoch();
        return value;
    }
    }
    return std::nullopt;
}

bool visitHeader(const Message& message, const Path& path, const WhereVisitor& visit) {
    return message.properties.headers && !path.empty() && path.front().index == WherePathStep::none &&
           visitTable(*message.properties.headers, path, 0, visit);
}

} // namespace signalbox
