#include "models/messaging/messagecodec.h"

#include "models/messaging/fingerprint.h"
#include "models/messaging/valuecodec.h"
#include "models/messaging/volatileheaders.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr std::uint8_t formatVersion = 2; // 1: without what only AMQP 1.0 has, and still written for that

// The order is the format: never reorder, only append (and then with a new version).
constexpr std::optional<QByteArray> MessageProperties::*textProperties[] = {
    &MessageProperties::contentType, &MessageProperties::contentEncoding, &MessageProperties::correlationId,
    &MessageProperties::replyTo,     &MessageProperties::expiration,      &MessageProperties::messageId,
    &MessageProperties::type,        &MessageProperties::userId,          &MessageProperties::appId,
    &MessageProperties::clusterId,
};
constexpr int textCount = static_cast<int>(std::size(textProperties));
constexpr unsigned deliveryModeBit = 1U << textCount;
constexpr unsigned priorityBit = deliveryModeBit << 1;
constexpr unsigned timestampBit = deliveryModeBit << 2;
constexpr unsigned headersBit = deliveryModeBit << 3;
constexpr unsigned amqp10Bit = deliveryModeBit << 4;
constexpr unsigned allBits = (amqp10Bit << 1) - 1;

QByteArray encode(const MessageProperties& properties, const HeaderTable* headers,
                  const HeaderTable* amqp10) {
    WireWriter out(256);
    unsigned mask = 0;
    for (int i = 0; i < textCount; ++i)
        mask |= (properties.*textProperties[i]) ? 1U << i : 0U;
    mask |= properties.deliveryMode ? deliveryModeBit : 0U;
    mask |= properties.priority ? priorityBit : 0U;
    mask |= properties.timestamp ? timestampBit : 0U;
    mask |= headers ? headersBit : 0U;
    mask |= amqp10 ? amqp10Bit : 0U;
    out.byte(amqp10 ? formatVersion : 1);
    out.byte(static_cast<std::uint8_t>(mask & 0xFF));
    out.byte(static_cast<std::uint8_t>(mask >> 8));
    for (const auto member : textProperties) {
        if (properties.*member)
            out.bytes(*(properties.*member));
    }
    if (properties.deliveryMode)
        out.byte(*properties.deliveryMode);
    if (properties.priority)
        out.byte(*properties.priority);
    if (properties.timestamp)
        out.varint(*properties.timestamp);
    if (headers)
        writeTable(out, *headers);
    if (amqp10)
        writeTable(out, *amqp10);
    return out.take();
}

// Without what changes while the message lies there: a reading later must find the same message.
HeaderTable stableAmqp10(const HeaderTable& all) {
    HeaderTable stable;
    for (const Header& entry : all) {
        if (isVolatileAmqp10(entry.name))
            continue;
        stable.push_back(entry);
        if (const HeaderValue::Table* inner = entry.value.asTable())
            stable.back().value = HeaderValue::table(stableAmqp10(*inner));
    }
    return stable;
}

} // namespace

QByteArray encodeProperties(const MessageProperties& properties) {
    return encode(properties, properties.headers ? &*properties.headers : nullptr,
                  properties.amqp10 ? &*properties.amqp10 : nullptr);
}

QByteArray encodeStableProperties(const MessageProperties& properties) {
    std::optional<HeaderTable> amqp10;
    if (properties.amqp10)
        amqp10 = stableAmqp10(*properties.amqp10);
    const HeaderTable* more = amqp10 ? &*amqp10 : nullptr;
    if (!properties.headers)
        return encode(properties, nullptr, more);
    const HeaderTable& headers = *properties.headers;
    const auto changes = [](const Header& header) { return isVolatileHeader(header.name); };
    if (std::none_of(headers.begin(), headers.end(), changes))
        return encode(properties, headers.empty() ? nullptr : &headers, more);
    HeaderTable stable;
    std::copy_if(headers.begin(), headers.end(), std::back_inserter(stable), std::not_fn(changes));
    return encode(properties, stable.empty() ? nullptr : &stable, more);
}

Result<MessageProperties> decodeProperties(QByteArrayView bytes) {
    WireReader in(bytes);
    MessageProperties properties;
    const std::uint8_t version = in.byte();
    if (version > formatVersion)
        return failure(
            ErrorKind::TooNew,
            QStringLiteral("The stored properties are of version %1; this program knows version %2.")
                .arg(version)
                .arg(formatVersion));
    if (version == 0) // never was one
        in.fail();
    unsigned mask = in.byte();
    mask |= static_cast<unsigned>(in.byte()) << 8;
    if ((mask & ~allBits) != 0 || ((mask & amqp10Bit) != 0) != (version == 2))
        in.fail();
    for (int i = 0; i < textCount && !in.failed(); ++i) {
        if ((mask & (1U << i)) != 0)
            properties.*textProperties[i] = in.bytes();
    }
    if ((mask & deliveryModeBit) != 0)
        properties.deliveryMode = in.byte();
    if ((mask & priorityBit) != 0)
        properties.priority = in.byte();
    if ((mask & timestampBit) != 0)
        properties.timestamp = in.varint();
    if ((mask & headersBit) != 0 && !in.failed())
        properties.headers = readTable(in);
    if ((mask & amqp10Bit) != 0 && !in.failed())
        properties.amqp10 = readTable(in);
    if (in.failed() || !in.atEnd())
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The stored properties of a message are damaged at byte %1 of %2.")
                           .arg(in.position())
                           .arg(bytes.size()));
    return properties;
}

} // namespace signalbox
