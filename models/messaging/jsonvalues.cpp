#include "models/messaging/jsonvalues.h"

#include "models/messaging/utf8.h"
#include "models/messaging/valuecodec.h"

#include <QStringList>
#include <bit>
#include <cmath>

namespace signalbox::jsonvalues {

namespace {

constexpr const char* kindWords[] = {"void",    "bool",      "int8",   "uint8",  "int16", "uint16",
                                     "int32",   "uint32",    "int64",  "uint64", "float", "double",
                                     "decimal", "timestamp", "string", "bytes",  "array", "table"};
static_assert(std::size(kindWords) == static_cast<std::size_t>(ValueKind::Table) + 1);

const char* wordOf(ValueKind kind) {
    return kindWords[static_cast<std::size_t>(kind)];
}

Json fromReal(double number) {
    if (std::isfinite(number))
        return number;
    const auto bits = std::bit_cast<std::uint64_t>(number);
    return Json{{"bits", QByteArray::number(static_cast<quint64>(bits), 16).toStdString()}};
}

double toReal(const Json& json, const QString& path) {
    if (json.is_number())
        return json.get<double>();
    expectObject(json, {"bits"}, path);
    const Json& bits = member(json, "bits", path);
    bool fine = bits.is_string();
    const quint64 number =
        fine ? QByteArray::fromStdString(bits.get<std::string>()).toULongLong(&fine, 16) : quint64{0};
    if (!fine)
        throw BadJson{joined(path, "bits"), QStringLiteral("must be 16 hexadecimal digits")};
    return std::bit_cast<double>(static_cast<std::uint64_t>(number));
}

Json fromValue(const HeaderValue& value) {
    if (const auto* flag = std::get_if<bool>(&value.data))
        return *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value.data))
        return *integer;
    if (const auto* natural = std::get_if<std::uint64_t>(&value.data))
        return *natural;
    if (const auto* real = std::get_if<double>(&value.data))
        return fromReal(*real);
    if (const auto* decimal = std::get_if<Decimal>(&value.data))
        return Json{{"scale", decimal->scale}, {"unscaled", decimal->unscaled}};
    if (const QByteArray* bytes = value.asBytes())
        return value.kind == ValueKind::Bytes ? Json(bytes->toBase64().toStdString()) : fromBytes(*bytes);
    if (const HeaderValue::Array* array = value.asArray()) {
        Json list = Json::array();
        for (const HeaderValue& item : *array)
            list.push_back(Json{{"type", wordOf(item.kind)}, {"value", fromValue(item)}});
        return list;
    }
    if (const HeaderValue::Table* table = value.asTable())
        return fromTable(*table);
    return nullptr;
}

std::int64_t toInteger(const Json& json, ValueKind kind, const QString& path) {
    const int bits = kind == ValueKind::Int8    ? 8
                     : kind == ValueKind::Int16 ? 16
                     : kind == ValueKind::Int32 ? 32
                                                : 64;
    const std::int64_t most =
        bits == 64 ? std::numeric_limits<std::int64_t>::max() : (std::int64_t{1} << (bits - 1)) - 1;
    const bool tooLarge =
        json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(most);
    if (!json.is_number_integer() || tooLarge || json.get<std::int64_t>() < -most - 1)
        throw BadJson{path, QStringLiteral("must be a whole number of %1 bits").arg(bits)};
    return json.get<std::int64_t>();
}

std::uint64_t mostOf(ValueKind kind) {
    switch (kind) {
    case ValueKind::UInt8:
        return 0xFF;
    case ValueKind::UInt16:
        return 0xFFFF;
    case ValueKind::UInt32:
        return 0xFFFFFFFF;
    default:
        return std::numeric_limits<std::uint64_t>::max();
    }
}

HeaderValue toValue(const Json& type, const Json& json, const QString& path, int depth);

HeaderValue::Array toArray(const Json& json, const QString& path, int depth) {
    if (!json.is_array())
        throw BadJson{path, QStringLiteral("must be a list")};
    HeaderValue::Array array;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const QString at = indexed(path, i);
        expectObject(json[i], {"type", "value"}, at);
        array.push_back(toValue(member(json[i], "type", at), member(json[i], "value", at), at, depth + 1));
    }
    return array;
}

ValueKind kindOf(const Json& type, const QString& path) {
    if (type.is_string()) {
        const auto& word = type.get_ref<const std::string&>();
        for (std::size_t i = 0; i < std::size(kindWords); ++i) {
            if (word == kindWords[i])
                return static_cast<ValueKind>(i);
        }
    }
    QStringList words;
    for (const char* word : kindWords)
        words << QLatin1String(word);
    throw BadJson{joined(path, "type"), QStringLiteral("must be one of ") + words.join(QStringLiteral(", "))};
}

HeaderValue toValue(const Json& type, const Json& json, const QString& at, int depth) {
    if (depth > maxNesting)
        throw BadJson{at, QStringLiteral("is nested deeper than %1 levels").arg(maxNesting)};
    HeaderValue value;
    value.kind = kindOf(type, at);
    const QString path = joined(at, "value");
    switch (value.kind) {
    case ValueKind::Void:
        if (!json.is_null())
            throw BadJson{path, QStringLiteral("must be null")};
        break;
    case ValueKind::Bool:
        if (!json.is_boolean())
            throw BadJson{path, QStringLiteral("must be true or false")};
        value.data = json.get<bool>();
        break;
    case ValueKind::Int8:
    case ValueKind::Int16:
    case ValueKind::Int32:
    case ValueKind::Int64:
    case ValueKind::Timestamp:
        value.data = toInteger(json, value.kind, path);
        break;
    case ValueKind::UInt8:
    case ValueKind::UInt16:
    case ValueKind::UInt32:
    case ValueKind::UInt64:
        value.data = toNatural(json, mostOf(value.kind), path);
        break;
    case ValueKind::Float:
        value.data = static_cast<double>(static_cast<float>(toReal(json, path)));
        break;
    case ValueKind::Double:
        value.data = toReal(json, path);
        break;
    case ValueKind::Decimal: {
        expectObject(json, {"scale", "unscaled"}, path);
        Decimal decimal;
        decimal.scale =
            static_cast<std::uint8_t>(toNatural(member(json, "scale", path), 0xFF, joined(path, "scale")));
        decimal.unscaled = static_cast<std::uint32_t>(
            toNatural(member(json, "unscaled", path), 0xFFFFFFFF, joined(path, "unscaled")));
        value.data = decimal;
        break;
    }
    case ValueKind::String:
        value.data = toBytes(json, path);
        break;
    case ValueKind::Bytes:
        value.data = fromBase64(json, path);
        break;
    case ValueKind::Array:
        value.data = toArray(json, path, depth);
        break;
    case ValueKind::Table:
        value.data = toTable(json, path, depth + 1);
        break;
    }
    return value;
}

} // namespace

Json fromBytes(const QByteArray& bytes) {
    if (isUtf8(bytes))
        return bytes.toStdString();
    return Json{{"base64", bytes.toBase64().toStdString()}};
}

QByteArray toBytes(const Json& json, const QString& path) {
    if (json.is_string())
        return QByteArray::fromStdString(json.get_ref<const std::string&>());
    if (!json.is_object())
        throw BadJson{path, QStringLiteral("must be text, or {\"base64\": ...}")};
    expectObject(json, {"base64"}, path);
    return fromBase64(member(json, "base64", path), joined(path, "base64"));
}

QByteArray fromBase64(const Json& json, const QString& path) {
    if (json.is_string()) {
        const auto decoded =
            QByteArray::fromBase64Encoding(QByteArray::fromStdString(json.get_ref<const std::string&>()),
                                           QByteArray::AbortOnBase64DecodingErrors);
        if (decoded)
            return *decoded;
    }
    throw BadJson{path, QStringLiteral("must be base64")};
}

std::uint64_t toNatural(const Json& json, std::uint64_t most, const QString& path) {
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > most)
        throw BadJson{path, QStringLiteral("must be a whole number from 0 to %1").arg(most)};
    return json.get<std::uint64_t>();
}

Json fromTable(const HeaderTable& headers) {
    Json list = Json::array();
    for (const Header& header : headers)
        list.push_back(Json{{"name", fromBytes(header.name)},
                            {"type", wordOf(header.value.kind)},
                            {"value", fromValue(header.value)}});
    return list;
}

HeaderTable toTable(const Json& json, const QString& path, int depth) {
    if (!json.is_array())
        throw BadJson{path, QStringLiteral("must be a list")};
    HeaderTable headers;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const QString at = indexed(path, i);
        expectObject(json[i], {"name", "type", "value"}, at);
        QByteArray name = toBytes(member(json[i], "name", at), joined(at, "name"));
        if (name.size() > 255) // AMQP 0-9-1: field names are short strings
            throw BadJson{joined(at, "name"), QStringLiteral("must not be longer than 255 bytes")};
        headers.push_back(
            {std::move(name), toValue(member(json[i], "type", at), member(json[i], "value", at), at, depth)});
    }
    return headers;
}

} // namespace signalbox::jsonvalues
