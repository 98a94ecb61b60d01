#include "app/servicebus/messagesections.h"

#include "app/servicebus/amqpvalue.h"
#include "models/messaging/amqp10.h"
#include "models/messaging/amqpreader.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

namespace signalbox::servicebus {

namespace {

enum Section : std::uint64_t {
    HeaderSection = 0x70,
    DeliveryAnnotations = 0x71,
    MessageAnnotations = 0x72,
    PropertiesSection = 0x73,
    ApplicationProperties = 0x74,
    DataSection = 0x75,
    SequenceSection = 0x76,
    ValueSection = 0x77,
    FooterSection = 0x78,
};

Error damaged(qsizetype at, qsizetype of) {
    return {
        ErrorKind::Corrupt,
        QStringLiteral("The message is no AMQP 1.0 message: it is damaged at byte %1 of %2.").arg(at).arg(of),
        {}};
}

// `name` is one of amqp10's constants, which live as long as the program.
void add(Message& message, const char* name, HeaderValue value) {
    if (value.kind == ValueKind::Void)
        return;
    message.properties.amqp10->push_back(
        {QByteArray::fromRawData(name, static_cast<qsizetype>(std::strlen(name))), std::move(value)});
}

// Sets `text`; a value that is none is kept with its type as well.
void take(Message& message, std::optional<QByteArray>& text, const char* typedName, HeaderValue value) {
    if (value.kind == ValueKind::Void)
        return;
    text = headerText(value);
    if (typedName && value.kind != ValueKind::String)
        add(message, typedName, std::move(value));
}

// The fields of a section's list; those that it ends before are Void.
HeaderValue::Array fieldsOf(HeaderValue list, std::size_t count) {
    auto* fields = std::get_if<HeaderValue::Array>(&list.data);
    HeaderValue::Array all =
        fields && list.kind == ValueKind::Array ? std::move(*fields) : HeaderValue::Array();
    all.resize(count);
    return all;
}

// A map whose keys are texts or symbols, as annotations and properties have them. Other keys are left out.
HeaderTable entriesOf(HeaderValue map) {
    if (auto* table = std::get_if<HeaderTable>(&map.data))
        return std::move(*table);
    HeaderTable entries;
    auto* pairs = map.kind == ValueKind::Map ? std::get_if<HeaderValue::Array>(&map.data) : nullptr;
    entries.reserve(pairs ? pairs->size() / 2 : 0);
    for (std::size_t i = 0; pairs && i + 1 < pairs->size(); i += 2) {
        HeaderValue& key = (*pairs)[i];
        if (key.kind == ValueKind::String || key.kind == ValueKind::Symbol)
            entries.push_back({std::move(std::get<QByteArray>(key.data)), std::move((*pairs)[i + 1])});
    }
    return entries;
}

void readHeader(Message& message, HeaderValue::Array fields) {
    MessageProperties& properties = message.properties;
    if (const bool* flag = std::get_if<bool>(&fields[0].data))
        properties.deliveryMode = *flag ? 2 : 1;
    if (const auto* number = std::get_if<std::uint64_t>(&fields[1].data))
        properties.priority = static_cast<std::uint8_t>(*number);
    if (const auto* ms = std::get_if<std::uint64_t>(&fields[2].data))
        properties.expiration = QByteArray::number(static_cast<quint64>(*ms));
    if (const auto* number = std::get_if<std::uint64_t>(&fields[4].data))
        message.redelivered = *number > 0;
    add(message, amqp10::firstAcquirer, std::move(fields[3]));
    add(message, amqp10::deliveryCount, std::move(fields[4]));
}

void readProperties(Message& message, HeaderValue::Array fields) {
    const auto field = [&fields](std::size_t at) { return std::move(fields[at]); };
    MessageProperties& properties = message.properties;
    take(message, properties.messageId, amqp10::messageId, field(0));
    take(message, properties.userId, nullptr, field(1));
    add(message, amqp10::to, field(2));
    take(message, properties.type, nullptr, field(3));
    take(message, properties.replyTo, nullptr, field(4));
    take(message, properties.correlationId, amqp10::correlationId, field(5));
    take(message, properties.contentType, nullptr, field(6));
    take(message, properties.contentEncoding, nullptr, field(7));
    add(message, amqp10::absoluteExpiry, field(8));
    add(message, amqp10::creationTime, field(9));
    add(message, amqp10::groupId, field(10));
    add(message, amqp10::groupSequence, field(11));
    add(message, amqp10::replyToGroupId, field(12));
}

// The number that describes a section; the bytes are shortened by it. Nothing: there is none.
std::optional<std::uint64_t> takeDescriptor(QByteArrayView& bytes) {
    if (bytes.isEmpty() || bytes.front() != 0)
        return {};
    bytes = bytes.sliced(1);
    const auto descriptor = readAmqpValue(bytes);
    const auto* number = descriptor ? std::get_if<std::uint64_t>(&descriptor->data) : nullptr;
    return number && descriptor->kind == ValueKind::UInt64 ? std::optional(*number) : std::nullopt;
}

// Bodies stay the bytes they are, however deep they are. False: damaged.
bool readBody(Message& message, std::uint64_t section, QByteArrayView& rest) {
    const QByteArrayView begin = rest;
    const auto span = skipAmqpValue(rest);
    if (!span)
        return false;
    QByteArrayView part = begin.first(begin.size() - rest.size());
    if (section == DataSection)
        part = span->code == 0xa0 || span->code == 0xb0 ? span->content : QByteArrayView();
    else if (message.body.isEmpty())
        add(message, amqp10::bodyKind, HeaderValue::string(section == ValueSection ? "value" : "sequence"));
    if (message.body.isEmpty())
        message.body = part.toByteArray();
    else
        message.body += part;
    return true;
}

bool readSection(Message& message, std::uint64_t section, QByteArrayView& rest) {
    if (section == DataSection || section == SequenceSection || section == ValueSection)
        return readBody(message, section, rest);
    auto value = readAmqpValue(rest);
    if (!value)
        return false;
    switch (section) {
    case HeaderSection:
        readHeader(message, fieldsOf(std::move(*value), 5));
        break;
    case MessageAnnotations:
        add(message, amqp10::annotations, HeaderValue::table(entriesOf(std::move(*value))));
        break;
    case PropertiesSection:
        readProperties(message, fieldsOf(std::move(*value), 13));
        break;
    case ApplicationProperties:
        message.properties.headers = entriesOf(std::move(*value));
        break;
    case FooterSection:
        add(message, amqp10::footer, HeaderValue::table(entriesOf(std::move(*value))));
        break;
    default:
        break; // delivery annotations are of this delivery, not of the message
    }
    return true;
}

class Encoder {
public:
    template<class Write>
    void section(Section descriptor, Write write) {
        const Data data(pn_data(16));
        pn_data_put_described(data.get());
        pn_data_enter(data.get());
        pn_data_put_ulong(data.get(), descriptor);
        write(data.get());
        pn_data_exit(data.get());
        bytes_ += encoded(data.get());
    }
    void raw(const QByteArray& bytes) { bytes_ += bytes; }
    QByteArray take() { return std::move(bytes_); }

private:
    QByteArray bytes_;
};

HeaderValue textOrNone(const std::optional<QByteArray>& text, ValueKind kind = ValueKind::String) {
    if (!text)
        return {};
    HeaderValue value = HeaderValue::string(*text);
    value.kind = kind;
    return value;
}

// Trailing nulls are left out, as every encoder does.
void writeFields(pn_data_t* data, HeaderValue::Array fields) {
    while (!fields.empty() && fields.back().kind == ValueKind::Void)
        fields.pop_back();
    writeValue(data, HeaderValue::array(std::move(fields)));
}

bool isAllVoid(const HeaderValue::Array& fields) {
    return std::all_of(fields.begin(), fields.end(),
                       [](const HeaderValue& field) { return field.kind == ValueKind::Void; });
}

HeaderValue::Array headerFields(const MessageProperties& properties) {
    HeaderValue::Array fields(3);
    if (properties.deliveryMode)
        fields[0] = HeaderValue::boolean(*properties.deliveryMode == 2);
    if (properties.priority) {
        fields[1].kind = ValueKind::UInt8;
        fields[1].data = std::uint64_t{*properties.priority};
    }
    bool isNumber = false;
    const std::uint64_t ttl = properties.expiration ? properties.expiration->toULongLong(&isNumber) : 0;
    if (isNumber) {
        fields[2].kind = ValueKind::UInt32;
        fields[2].data = std::min<std::uint64_t>(ttl, std::numeric_limits<std::uint32_t>::max());
    }
    return fields;
}

HeaderValue::Array propertyFields(const Message& message) {
    const MessageProperties& properties = message.properties;
    const auto extra = [&](const char* name) {
        const HeaderValue* value = amqp10::find(message, name);
        return value ? *value : HeaderValue();
    };
    const auto typed = [&](const char* name, const std::optional<QByteArray>& text) {
        const HeaderValue* value = amqp10::find(message, name);
        return value && text && headerText(*value) == *text ? *value : textOrNone(text);
    };
    return {typed(amqp10::messageId, properties.messageId),
            textOrNone(properties.userId, ValueKind::Bytes),
            extra(amqp10::to),
            textOrNone(properties.type),
            textOrNone(properties.replyTo),
            typed(amqp10::correlationId, properties.correlationId),
            textOrNone(properties.contentType, ValueKind::Symbol),
            textOrNone(properties.contentEncoding, ValueKind::Symbol),
            extra(amqp10::absoluteExpiry),
            extra(amqp10::creationTime),
            extra(amqp10::groupId),
            extra(amqp10::groupSequence),
            extra(amqp10::replyToGroupId)};
}

// Each value of the body is a section of its own: the sequences of a message may be several.
void encodeValues(Encoder& encoder, Section section, QByteArrayView body) {
    constexpr char head[] = {0x00, 0x53};
    for (QByteArrayView rest = body; skipAmqpValue(rest); body = rest)
        encoder.raw(QByteArray(head, sizeof head) + static_cast<char>(section) +
                    body.first(body.size() - rest.size()).toByteArray());
}

void encodeBody(Encoder& encoder, const Message& message) {
    switch (amqp10::bodyKindOf(message)) {
    case amqp10::BodyKind::Value:
        encodeValues(encoder, ValueSection, message.body);
        break;
    case amqp10::BodyKind::Sequence:
        encodeValues(encoder, SequenceSection, message.body);
        break;
    case amqp10::BodyKind::Data:
        encoder.section(DataSection,
                        [&](pn_data_t* data) { pn_data_put_binary(data, toProton(message.body)); });
        break;
    }
}

} // namespace

Result<Message> decodeMessage(QByteArrayView bytes) {
    Message message;
    constexpr std::size_t usualEntries = 6;
    message.properties.amqp10.emplace().reserve(usualEntries);
    for (QByteArrayView rest = bytes; !rest.isEmpty();) {
        const qsizetype at = bytes.size() - rest.size();
        const std::optional<std::uint64_t> section = takeDescriptor(rest);
        if (!section || *section < HeaderSection || *section > FooterSection ||
            !readSection(message, *section, rest))
            return failure(damaged(at, bytes.size()));
    }
    message.bodySize = message.body.size();
    return message;
}

QByteArray encodeMessage(const Message& message) {
    Encoder encoder;
    if (HeaderValue::Array fields = headerFields(message.properties); !isAllVoid(fields))
        encoder.section(HeaderSection, [&](pn_data_t* data) { writeFields(data, std::move(fields)); });
    const auto table = [&](const char* name) {
        const HeaderValue* value = amqp10::find(message, name);
        return value ? value->asTable() : nullptr;
    };
    if (const HeaderTable* entries = table(amqp10::annotations))
        encoder.section(MessageAnnotations,
                        [&](pn_data_t* data) { writeEntries(data, *entries, Keys::Symbol); });
    if (HeaderValue::Array fields = propertyFields(message); !isAllVoid(fields))
        encoder.section(PropertiesSection, [&](pn_data_t* data) { writeFields(data, std::move(fields)); });
    if (message.properties.headers)
        encoder.section(ApplicationProperties, [&](pn_data_t* data) {
            writeEntries(data, *message.properties.headers, Keys::Text);
        });
    encodeBody(encoder, message);
    if (const HeaderTable* entries = table(amqp10::footer))
        encoder.section(FooterSection, [&](pn_data_t* data) { writeEntries(data, *entries, Keys::Symbol); });
    return encoder.take();
}

} // namespace signalbox::servicebus
