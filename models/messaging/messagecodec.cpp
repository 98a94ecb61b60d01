#include "models/messaging/messagecodec.h"

#include "models/messaging/fingerprint.h"
#include "models/messaging/valuecodec.h"
#include "models/messaging/volatileheaders.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr std::uint8_t formatVersion = 1;

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
constexpr unsigned allBits = (headersBit << 1) - 1;

QByteArray encode(const MessageProperties& properties, const HeaderTable* headers) {
    WireWriter out(256);
    unsigned mask = 0;
    for (int i = 0; i < textCount; ++i)
        mask |= (properties.*textProperties[i]) ? 1U << i : 0U;
    mask |= properties.deliveryMode ? deliveryModeBit : 0U;
    mask |= properties.priority ? priorityBit : 0U;
    mask |= properties.timestamp ? timestampBit : 0U;
    mask |= headers ? headersBit : 0U;
    out.byte(formatVersion);
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
    return out.take();
}

} // namespace

QByteArray encodeProperties(const MessageProperties& properties) {
    return encode(properties, properties.headers ? &*properties.headers : nullptr);
}

QByteArray encodeStableProperties(const MessageProperties& properties) {
    if (!properties.headers)
        return encode(properties, nullptr);
    const HeaderTable& headers = *properties.headers;
    const auto changes = [](const Header& header) { return isVolatileHeader(header.name); };
    if (std::none_of(headers.begin(), headers.end(), changes))
        return encode(properties, headers.empty() ? nullptr : &headers);
    HeaderTable stable;
    std::copy_if(headers.begin(), headers.end(), std::back_inserter(stable), std::not_fn(changes));
    return encode(properties, stable.empty() ? nullptr : &stable);
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
    if ((mask & ~allBits) != 0)
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
    if (in.failed() || !in.atEnd())
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The stored properties of a message are damaged at byte %1 of %2.")
                           .arg(in.position())
                           .arg(bytes.size()));
    return properties;
}

} // namespace signalbox
