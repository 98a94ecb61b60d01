#include "models/messaging/valuecodec.h"

#include <bit>
#include <limits>

namespace signalbox {

namespace {

void writeValue(WireWriter& out, const HeaderValue& value) {
    out.byte(static_cast<std::uint8_t>(value.kind));
    if (const auto* flag = std::get_if<bool>(&value.data)) {
        out.byte(*flag ? 1 : 0);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
        out.zigzag(*integer);
    } else if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
        out.varint(*natural);
    } else if (const auto* real = std::get_if<double>(&value.data)) {
        out.fixed64(std::bit_cast<std::uint64_t>(*real));
    } else if (const auto* decimal = std::get_if<Decimal>(&value.data)) {
        out.byte(decimal->scale);
        out.varint(decimal->unscaled);
    } else if (const QByteArray* bytes = value.asBytes()) {
        out.bytes(*bytes);
    } else if (const HeaderValue::Array* array = value.asArray()) {
        out.varint(array->size());
        for (const HeaderValue& item : *array)
            writeValue(out, item);
    } else if (const HeaderValue::Table* table = value.asTable()) {
        writeTable(out, *table);
    }
}

// A number that its kind could not send would go out as another one.
template<class Narrow>
std::int64_t readInteger(WireReader& in) {
    const std::int64_t number = in.zigzag();
    if (number < std::numeric_limits<Narrow>::min() || number > std::numeric_limits<Narrow>::max())
        in.fail();
    return number;
}

template<class Narrow>
std::uint64_t readNatural(WireReader& in) {
    const std::uint64_t number = in.varint();
    if (number > std::numeric_limits<Narrow>::max())
        in.fail();
    return number;
}

QByteArray readBytes(WireReader& in, qsizetype size) {
    QByteArray bytes = in.bytes();
    if (bytes.size() != size)
        in.fail();
    return bytes;
}

HeaderValue readValue(WireReader& in, int depth);

HeaderValue::Array readArray(WireReader& in, int depth) {
    const std::uint64_t count = in.varint();
    HeaderValue::Array array;
    if (depth >= maxNesting || count > static_cast<std::uint64_t>(in.left())) {
        in.fail();
        return array;
    }
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        array.push_back(readValue(in, depth + 1));
    return array;
}

HeaderValue readValue(WireReader& in, int depth) {
    HeaderValue value;
    const std::uint8_t kind = in.byte();
    if (in.failed() || kind > static_cast<std::uint8_t>(lastKind)) {
        in.fail();
        return value;
    }
    value.kind = static_cast<ValueKind>(kind);
    switch (value.kind) {
    case ValueKind::Void:
        break;
    case ValueKind::Bool:
        value.data = readNatural<bool>(in) != 0;
        break;
    case ValueKind::Int8:
        value.data = readInteger<std::int8_t>(in);
        break;
    case ValueKind::UInt8:
        value.data = readNatural<std::uint8_t>(in);
        break;
    case ValueKind::Int16:
        value.data = readInteger<std::int16_t>(in);
        break;
    case ValueKind::UInt16:
        value.data = readNatural<std::uint16_t>(in);
        break;
    case ValueKind::Int32:
        value.data = readInteger<std::int32_t>(in);
        break;
    case ValueKind::UInt32:
    case ValueKind::Char:
        value.data = readNatural<std::uint32_t>(in);
        break;
    case ValueKind::Int64:
    case ValueKind::Timestamp:
    case ValueKind::Milliseconds:
        value.data = readInteger<std::int64_t>(in);
        break;
    case ValueKind::UInt64:
        value.data = readNatural<std::uint64_t>(in);
        break;
    case ValueKind::Float:
    case ValueKind::Double:
        value.data = std::bit_cast<double>(in.fixed64());
        break;
    case ValueKind::Decimal: {
        Decimal decimal;
        decimal.scale = in.byte();
        decimal.unscaled = static_cast<std::uint32_t>(readNatural<std::uint32_t>(in));
        value.data = decimal;
        break;
    }
    case ValueKind::String:
    case ValueKind::Bytes:
    case ValueKind::Symbol:
        value.data = in.bytes();
        break;
    case ValueKind::Uuid:
    case ValueKind::Decimal128:
        value.data = readBytes(in, 16);
        break;
    case ValueKind::Decimal32:
        value.data = readBytes(in, 4);
        break;
    case ValueKind::Decimal64:
        value.data = readBytes(in, 8);
        break;
    case ValueKind::Array:
    case ValueKind::Uniform:
        value.data = readArray(in, depth);
        break;
    case ValueKind::Map:
    case ValueKind::Described: {
        HeaderValue::Array array = readArray(in, depth);
        if (value.kind == ValueKind::Map ? array.size() % 2 != 0 : array.size() != 2)
            in.fail();
        value.data = std::move(array);
        break;
    }
    case ValueKind::Table:
        value.data = readTable(in, depth + 1);
        break;
    }
    return value;
}

} // namespace

void writeTable(WireWriter& out, const HeaderTable& headers) {
    out.varint(headers.size());
    for (const Header& header : headers) {
        out.bytes(header.name);
        writeValue(out, header.value);
    }
}

HeaderTable readTable(WireReader& in, int depth) {
    const std::uint64_t count = in.varint();
    HeaderTable headers;
    if (depth > maxNesting || count > static_cast<std::uint64_t>(in.left())) {
        in.fail();
        return headers;
    }
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        QByteArray name = in.bytes();
        HeaderValue value = readValue(in, depth);
        headers.push_back({std::move(name), std::move(value)});
    }
    return headers;
}

} // namespace signalbox
