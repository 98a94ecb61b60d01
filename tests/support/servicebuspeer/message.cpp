#include "tests/support/servicebuspeer/message.h"

#include <QUuid>

namespace signalbox::sbpeer {

namespace {

enum Section : quint64 {
    Header = 0x70,
    DeliveryAnnotations = 0x71,
    MessageAnnotations = 0x72,
    Properties = 0x73,
    ApplicationProperties = 0x74,
    Data = 0x75,
    Sequence = 0x76,
    AmqpValue = 0x77,
    Footer = 0x78
};

void put(QByteArray& bytes, Section section, const Value& value) {
    if (!value.isNull() && !value.items().empty()) {
        bytes += '\0';
        encode(bytes, Value::number(Value::Type::ULong, section));
        encode(bytes, value);
    }
}

// Is there a message that starts with one of the standard's sections and is well formed to its end?
std::optional<Message> wholeMessage(const QByteArray& bytes) {
    const bool starts = bytes.size() > 3 && bytes[0] == 0 && (bytes[1] == 0x53 || bytes[1] == '\x80');
    return starts ? Message::parse(bytes) : std::nullopt;
}

} // namespace

QByteArray Message::property(Property place) const {
    const Value& value = properties.at(place);
    if (value.type() == Value::Type::Uuid) {
        return QUuid::fromRfc4122(value.bytes()).toByteArray(QUuid::WithoutBraces);
    }
    return value.isWholeNumber() ? QByteArray::number(value.toInt()) : value.bytes();
}

qint64 Message::timeToLive() const {
    const qint64 created = properties.at(CreationTime).toInt();
    const qint64 expires = properties.at(ExpiryTime).toInt();
    if (created > 0 && expires > created) {
        return expires - created;
    }
    return header.at(2).toInt();
}

void setDeliveryCount(Value& header, int count) {
    std::vector<Value>& items = header.items();
    if (header.isNull()) {
        header = Value::list();
    }
    items.resize(5);
    items[4] = Value::number(Value::Type::UInt, count);
}

std::optional<Message> Message::parse(const QByteArray& bytes) {
    Message message;
    qsizetype position = 0;
    while (position < bytes.size()) {
        const qsizetype start = position;
        auto section = decode(bytes, &position);
        if (!section || section->type() != Value::Type::Described) {
            return std::nullopt;
        }
        const QByteArray raw = bytes.mid(start, position - start);
        switch (section->code()) {
        case Header:
            message.header = section->inner();
            break;
        case DeliveryAnnotations:
            break;
        case MessageAnnotations:
            message.annotations = section->inner();
            break;
        case Properties:
            message.properties = section->inner();
            break;
        case ApplicationProperties:
            message.applicationProperties = section->inner();
            break;
        case Data:
        case Sequence:
        case AmqpValue:
            message.body += raw;
            break;
        case Footer:
            message.footer = raw;
            break;
        default:
            return std::nullopt;
        }
    }
    return message;
}

QByteArray Message::bytes() const {
    return bytesOf({header, deliveryAnnotations, annotations}, true);
}

QByteArray Message::bytesOf(const Head& head, bool withBody) const {
    QByteArray result;
    result.reserve(body.size() + footer.size() + 512);
    put(result, Header, head.header);
    put(result, DeliveryAnnotations, head.deliveryAnnotations);
    put(result, MessageAnnotations, head.annotations);
    put(result, Properties, properties);
    put(result, ApplicationProperties, applicationProperties);
    if (withBody) {
        result += body;
    }
    result += footer;
    return result;
}

Value Message::value() const {
    qsizetype position = 0;
    const auto section = decode(body, &position);
    return section ? section->inner() : Value();
}

std::optional<std::vector<Message>> unpack(const QByteArray& bytes) {
    auto outer = Message::parse(bytes);
    if (!outer) {
        return std::nullopt;
    }
    std::vector<Message> inner;
    for (qsizetype position = 0; position < outer->body.size();) {
        const auto section = decode(outer->body, &position);
        auto message =
            section && section->code() == Data ? wholeMessage(section->inner().bytes()) : std::nullopt;
        if (!message) {
            return std::vector<Message>{std::move(*outer)};
        }
        inner.push_back(std::move(*message));
    }
    if (inner.empty()) {
        return std::vector<Message>{std::move(*outer)};
    }
    return inner;
}

} // namespace signalbox::sbpeer
