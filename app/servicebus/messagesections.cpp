#include "app/servicebus/messagesections.h"

#include "app/servicebus/amqpvalue.h"
#include "models/messaging/amqp10.h"

#include <algorithm>
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

void add(Message& message, const char* name, HeaderValue value) {
    if (value.kind == ValueKind::Void)
        return;
    if (!message.properties.amqp10)
        message.properties.amqp10.emplace();
    message.properties.amqp10->push_back({name, std::move(value)});
}

// Sets `text`; a value that is none is kept with its type as well.
void take(Message& message, std::optional<QByteArray>& text, const char* typedName,
          const HeaderValue& value) {
    if (value.kind == ValueKind::Void)
        return;
    text = headerText(value);
    if (typedName && value.kind != ValueKind::String)
        add(message, typedName, value);
}

void readHeader(Message& message, const HeaderValue::Array& fields) {
    const auto field = [&](std::size_t at) { return at < fields.size() ? fields[at] : HeaderValue(); };
    MessageProperties& properties = message.properties;
    if (const HeaderValue durable = field(0); const bool* flag = std::get_if<bool>(&durable.data))
        properties.deliveryMode = *flag ? 2 : 1;
    if (const HeaderValue priority = field(1);
        const auto* number = std::get_if<std::uint64_t>(&priority.data))
        properties.priority = static_cast<std::uint8_t>(*number);
    if (const HeaderValue ttl = field(2); const auto* ms = std::get_if<std::uint64_t>(&ttl.data))
        properties.expiration = QByteArray::number(static_cast<quint64>(*ms));
    add(message, amqp10::firstAcquirer, field(3));
    add(message, amqp10::deliveryCount, field(4));
    if (const HeaderValue count = field(4); const auto* number = std::get_if<std::uint64_t>(&count.data))
        message.redelivered = *number > 0;
}

void readProperties(Message& message, const HeaderValue::Array& fields) {
    const auto field = [&](std::size_t at) { return at < fields.size() ? fields[at] : HeaderValue(); };
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

// How many bytes a section's descriptor takes: a small number (0x00 0x53 n) or a whole one (0x00 0x80 n).
qsizetype descriptorBytes(QByteArrayView section) {
    return section.size() > 1 && section[1] == 0x53 ? 3 : 10;
}

// The cursor stands at the section's value; `bytes` are of the whole section.
void readSection(Message& message, std::uint64_t section, pn_data_t* data, QByteArrayView bytes) {
    const auto fields = [data] {
        const HeaderValue list = readValue(data);
        return list.asArray() ? *list.asArray() : HeaderValue::Array();
    };
    switch (section) {
    case HeaderSection:
        readHeader(message, fields());
        break;
    case MessageAnnotations:
        add(message, amqp10::annotations, HeaderValue::table(readEntries(data)));
        break;
    case PropertiesSection:
        readProperties(message, fields());
        break;
    case ApplicationProperties:
        message.properties.headers = readEntries(data);
        break;
    case DataSection:
        message.body += fromProton(pn_data_get_binary(data));
        break;
    case SequenceSection:
    case ValueSection:
        if (message.body.isEmpty())
            add(message, amqp10::bodyKind,
                HeaderValue::string(section == ValueSection ? "value" : "sequence"));
        message.body += bytes.sliced(std::min(descriptorBytes(bytes), bytes.size())); // as it came
        break;
    case FooterSection:
        add(message, amqp10::footer, HeaderValue::table(readEntries(data)));
        break;
    default:
        break; // delivery annotations are of this delivery, not of the message
    }
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
    while (!body.isEmpty()) {
        const Data data(pn_data(16));
        const ssize_t used = pn_data_decode(data.get(), body.data(), static_cast<std::size_t>(body.size()));
        if (used <= 0)
            return;
        encoder.raw(QByteArray(head, sizeof head) + static_cast<char>(section) +
                    body.first(used).toByteArray());
        body = body.sliced(used);
    }
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
    message.properties.amqp10.emplace();
    const Data data(pn_data(64));
    qsizetype at = 0;
    while (at < bytes.size()) {
        pn_data_clear(data.get());
        const ssize_t used =
            pn_data_decode(data.get(), bytes.data() + at, static_cast<std::size_t>(bytes.size() - at));
        pn_data_rewind(data.get());
        if (used <= 0 || !pn_data_next(data.get()) || !pn_data_is_described(data.get()))
            return failure(damaged(at, bytes.size()));
        pn_data_enter(data.get());
        pn_data_next(data.get());
        const std::uint64_t section =
            pn_data_type(data.get()) == PN_ULONG ? pn_data_get_ulong(data.get()) : 0;
        if (section < HeaderSection || section > FooterSection || !pn_data_next(data.get()))
            return failure(damaged(at, bytes.size()));
        readSection(message, section, data.get(), bytes.sliced(at, used));
        at += used;
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
