#include "models/messaging/headerjson.h"
#include "models/messaging/valuecodec.h"

#include <QUuid>
#include <bit>
#include <cmath>
#include <limits>

namespace signalbox {

namespace {

template<class Number>
std::int64_t integerOf(const JsonNode& node) {
    return node.integer(std::numeric_limits<Number>::min(), std::numeric_limits<Number>::max());
}

template<class Number>
std::uint64_t naturalOf(const JsonNode& node) {
    return node.natural(std::numeric_limits<Number>::max());
}

double bitsOf(const JsonNode& node) {
    node.onlyMembers({"bits"});
    const JsonNode bits = node.member("bits");
    const QByteArray digits = bits.text();
    bool isHex = false;
    const double number = std::bit_cast<double>(static_cast<std::uint64_t>(digits.toULongLong(&isHex, 16)));
    if (!isHex || digits.size() != 16 || std::isfinite(number))
        bits.fail(
            QStringLiteral("Here should be the 16 hexadecimal digits of an infinite number or of NaN."));
    return number;
}

double realOf(const JsonNode& node, bool isFloat) {
    if (node.value().is_object())
        return bitsOf(node);
    if (!node.value().is_number())
        node.fail(QStringLiteral("Here should be a number."));
    const auto number = node.value().get<double>();
    if (!isFloat)
        return number;
    if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max()))
        node.fail(QStringLiteral("The number is too large for the type float."));
    return static_cast<double>(static_cast<float>(number));
}

Decimal decimalOf(const JsonNode& node) {
    node.onlyMembers({"scale", "unscaled"});
    Decimal decimal;
    decimal.scale = static_cast<std::uint8_t>(naturalOf<std::uint8_t>(node.member("scale")));
    decimal.unscaled = static_cast<std::uint32_t>(naturalOf<std::uint32_t>(node.member("unscaled")));
    return decimal;
}

QByteArray uuidOf(const JsonNode& node) {
    const QUuid uuid = QUuid::fromString(QString::fromUtf8(node.text()));
    if (uuid.isNull() && node.text() != "00000000-0000-0000-0000-000000000000")
        node.fail(QStringLiteral("Here should be a UUID, like 36853483-6b65-46ff-b249-f3d29d710a9e."));
    return uuid.toRfc4122();
}

QByteArray sized(const JsonNode& node, qsizetype size) {
    QByteArray bytes = node.base64();
    if (bytes.size() != size)
        node.fail(QStringLiteral("Here should be the base64 of %1 bytes.").arg(size));
    return bytes;
}

HeaderValue readTyped(const JsonNode& node, int depth);

HeaderValue::Array arrayOf(const JsonNode& node, int depth) {
    HeaderValue::Array array;
    node.forEach([&](const JsonNode& item) {
        item.onlyMembers({"type", "value"});
        array.push_back(readTyped(item, depth + 1));
    });
    return array;
}

decltype(HeaderValue::data) dataOf(ValueKind kind, const JsonNode& node, int depth) {
    switch (kind) {
    case ValueKind::Void:
        if (!node.value().is_null())
            node.fail(QStringLiteral("A value of type void is null."));
        return std::monostate();
    case ValueKind::Bool:
        return node.boolean();
    case ValueKind::Int8:
        return integerOf<std::int8_t>(node);
    case ValueKind::UInt8:
        return naturalOf<std::uint8_t>(node);
    case ValueKind::Int16:
        return integerOf<std::int16_t>(node);
    case ValueKind::UInt16:
        return naturalOf<std::uint16_t>(node);
    case ValueKind::Int32:
        return integerOf<std::int32_t>(node);
    case ValueKind::UInt32:
    case ValueKind::Char:
        return naturalOf<std::uint32_t>(node);
    case ValueKind::Int64:
    case ValueKind::Timestamp:
    case ValueKind::Milliseconds:
        return integerOf<std::int64_t>(node);
    case ValueKind::UInt64:
        return naturalOf<std::uint64_t>(node);
    case ValueKind::Float:
    case ValueKind::Double:
        return realOf(node, kind == ValueKind::Float);
    case ValueKind::Decimal:
        return decimalOf(node);
    case ValueKind::String:
    case ValueKind::Symbol:
        return node.bytes();
    case ValueKind::Bytes:
        return node.base64();
    case ValueKind::Uuid:
        return uuidOf(node);
    case ValueKind::Decimal32:
        return sized(node, 4);
    case ValueKind::Decimal64:
        return sized(node, 8);
    case ValueKind::Decimal128:
        return sized(node, 16);
    default:
        break;
    }
    if (depth >= maxNesting)
        node.fail(QStringLiteral("Headers may be nested %1 levels deep.").arg(maxNesting));
    if (kind == ValueKind::Table)
        return readHeaderList(node, depth + 1);
    HeaderValue::Array array = arrayOf(node, depth);
    if (kind == ValueKind::Map && array.size() % 2 != 0)
        node.fail(QStringLiteral("A map is a list of keys and values, so of an even length."));
    if (kind == ValueKind::Described && array.size() != 2)
        node.fail(QStringLiteral("A described value is a list of its descriptor and its value."));
    return array;
}

HeaderValue readTyped(const JsonNode& node, int depth) {
    const JsonNode type = node.member("type");
    const auto kind = kindOfWord(type.text());
    if (!kind)
        type.fail(QStringLiteral("There is no type \"%1\".").arg(QString::fromUtf8(type.text())));
    HeaderValue value;
    value.kind = *kind;
    if (*kind != ValueKind::Void || node.has("value"))
        value.data = dataOf(*kind, node.member("value"), depth);
    return value;
}

} // namespace

HeaderTable readHeaderList(const JsonNode& node, int depth) {
    HeaderTable headers;
    node.forEach([&](const JsonNode& entry) {
        entry.onlyMembers({"name", "type", "value"});
        QByteArray name = entry.member("name").bytes();
        headers.push_back({std::move(name), readTyped(entry, depth)});
    });
    return headers;
}

} // namespace signalbox
