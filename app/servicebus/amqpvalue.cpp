#include "app/servicebus/amqpvalue.h"

#include <algorithm>
#include <cstring>

namespace signalbox::servicebus {

namespace {

constexpr int mostLevels = 100;

template<class T>
HeaderValue made(ValueKind kind, T data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

HeaderValue natural(ValueKind kind, std::uint64_t number) {
    return made(kind, number);
}

HeaderValue integer(ValueKind kind, std::int64_t number) {
    return made(kind, number);
}

// Decimals and UUIDs are the bytes they are, in one of Proton's numbers or structs.
template<class Raw>
QByteArray rawBytes(const Raw& raw) {
    return {reinterpret_cast<const char*>(&raw), static_cast<qsizetype>(sizeof raw)};
}

template<class Raw>
Raw rawOf(const QByteArray& bytes) {
    Raw raw{};
    std::memcpy(&raw, bytes.constData(), std::min(sizeof raw, static_cast<std::size_t>(bytes.size())));
    return raw;
}

HeaderValue::Array readChildren(pn_data_t* data, int depth) {
    HeaderValue::Array children;
    if (depth >= mostLevels || !pn_data_enter(data))
        return children;
    while (pn_data_next(data))
        children.push_back(readValue(data, depth + 1));
    pn_data_exit(data);
    return children;
}

// All keys are texts: a table. Else the pairs as they are.
HeaderValue readMap(pn_data_t* data, int depth) {
    HeaderValue::Array pairs = readChildren(data, depth);
    if (pairs.size() % 2 != 0)
        pairs.pop_back();
    bool isTable = true;
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        isTable = isTable && pairs[i].kind == ValueKind::String;
    if (!isTable)
        return made(ValueKind::Map, std::move(pairs));
    HeaderValue::Table table;
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        table.push_back({*pairs[i].asBytes(), std::move(pairs[i + 1])});
    return HeaderValue::table(std::move(table));
}

HeaderValue readArray(pn_data_t* data, int depth) {
    const bool isDescribed = pn_data_is_array_described(data);
    HeaderValue::Array items = readChildren(data, depth);
    if (!isDescribed || items.empty())
        return made(ValueKind::Uniform, std::move(items));
    const HeaderValue descriptor = std::move(items.front());
    items.erase(items.begin());
    for (HeaderValue& item : items)
        item = made(ValueKind::Described, HeaderValue::Array{descriptor, std::move(item)});
    return made(ValueKind::Uniform, std::move(items));
}

pn_type_t protonType(ValueKind kind) {
    switch (kind) {
    case ValueKind::Bool:
        return PN_BOOL;
    case ValueKind::Int8:
        return PN_BYTE;
    case ValueKind::UInt8:
        return PN_UBYTE;
    case ValueKind::Int16:
        return PN_SHORT;
    case ValueKind::UInt16:
        return PN_USHORT;
    case ValueKind::Int32:
        return PN_INT;
    case ValueKind::UInt32:
        return PN_UINT;
    case ValueKind::Int64:
        return PN_LONG;
    case ValueKind::UInt64:
        return PN_ULONG;
    case ValueKind::Float:
        return PN_FLOAT;
    case ValueKind::Double:
        return PN_DOUBLE;
    case ValueKind::Timestamp:
    case ValueKind::Milliseconds:
        return PN_TIMESTAMP;
    case ValueKind::String:
        return PN_STRING;
    case ValueKind::Bytes:
        return PN_BINARY;
    case ValueKind::Symbol:
        return PN_SYMBOL;
    case ValueKind::Char:
        return PN_CHAR;
    case ValueKind::Uuid:
        return PN_UUID;
    case ValueKind::Decimal32:
        return PN_DECIMAL32;
    case ValueKind::Decimal64:
        return PN_DECIMAL64;
    case ValueKind::Decimal128:
        return PN_DECIMAL128;
    case ValueKind::Array:
        return PN_LIST;
    case ValueKind::Table:
    case ValueKind::Map:
        return PN_MAP;
    case ValueKind::Uniform:
        return PN_ARRAY;
    default:
        return PN_NULL;
    }
}

void writeAll(pn_data_t* data, const HeaderValue::Array& items) {
    pn_data_enter(data);
    for (const HeaderValue& item : items)
        writeValue(data, item);
    pn_data_exit(data);
}

void writeUniform(pn_data_t* data, const HeaderValue::Array& items) {
    const HeaderValue::Array* first =
        !items.empty() && items.front().kind == ValueKind::Described ? items.front().asArray() : nullptr;
    if (!first || first->size() != 2) {
        pn_data_put_array(data, false, items.empty() ? PN_NULL : protonType(items.front().kind));
        writeAll(data, items);
        return;
    }
    pn_data_put_array(data, true, protonType((*first)[1].kind));
    pn_data_enter(data);
    writeValue(data, (*first)[0]);
    for (const HeaderValue& item : items) {
        const HeaderValue::Array* pair = item.asArray();
        writeValue(data, pair && pair->size() == 2 ? (*pair)[1] : HeaderValue());
    }
    pn_data_exit(data);
}

void writeBytes(pn_data_t* data, ValueKind kind, const QByteArray& bytes) {
    switch (kind) {
    case ValueKind::Bytes:
        pn_data_put_binary(data, toProton(bytes));
        break;
    case ValueKind::Symbol:
        pn_data_put_symbol(data, toProton(bytes));
        break;
    case ValueKind::Uuid:
        pn_data_put_uuid(data, rawOf<pn_uuid_t>(bytes));
        break;
    case ValueKind::Decimal32:
        pn_data_put_decimal32(data, rawOf<pn_decimal32_t>(bytes));
        break;
    case ValueKind::Decimal64:
        pn_data_put_decimal64(data, rawOf<pn_decimal64_t>(bytes));
        break;
    case ValueKind::Decimal128:
        pn_data_put_decimal128(data, rawOf<pn_decimal128_t>(bytes));
        break;
    default:
        pn_data_put_string(data, toProton(bytes));
        break;
    }
}

void writeInteger(pn_data_t* data, ValueKind kind, std::int64_t number) {
    switch (kind) {
    case ValueKind::Int8:
        pn_data_put_byte(data, static_cast<std::int8_t>(number));
        break;
    case ValueKind::Int16:
        pn_data_put_short(data, static_cast<std::int16_t>(number));
        break;
    case ValueKind::Int32:
        pn_data_put_int(data, static_cast<std::int32_t>(number));
        break;
    case ValueKind::Milliseconds:
        pn_data_put_timestamp(data, number);
        break;
    case ValueKind::Timestamp: // seconds, of 0-9-1
        pn_data_put_timestamp(data, number * 1000);
        break;
    default:
        pn_data_put_long(data, number);
        break;
    }
}

void writeNatural(pn_data_t* data, ValueKind kind, std::uint64_t number) {
    switch (kind) {
    case ValueKind::UInt8:
        pn_data_put_ubyte(data, static_cast<std::uint8_t>(number));
        break;
    case ValueKind::UInt16:
        pn_data_put_ushort(data, static_cast<std::uint16_t>(number));
        break;
    case ValueKind::UInt32:
        pn_data_put_uint(data, static_cast<std::uint32_t>(number));
        break;
    case ValueKind::Char:
        pn_data_put_char(data, static_cast<pn_char_t>(number));
        break;
    default:
        pn_data_put_ulong(data, number);
        break;
    }
}

} // namespace

HeaderValue readValue(pn_data_t* data, int depth) {
    switch (pn_data_type(data)) {
    case PN_BOOL:
        return HeaderValue::boolean(pn_data_get_bool(data));
    case PN_UBYTE:
        return natural(ValueKind::UInt8, pn_data_get_ubyte(data));
    case PN_BYTE:
        return integer(ValueKind::Int8, pn_data_get_byte(data));
    case PN_USHORT:
        return natural(ValueKind::UInt16, pn_data_get_ushort(data));
    case PN_SHORT:
        return integer(ValueKind::Int16, pn_data_get_short(data));
    case PN_UINT:
        return natural(ValueKind::UInt32, pn_data_get_uint(data));
    case PN_INT:
        return integer(ValueKind::Int32, pn_data_get_int(data));
    case PN_CHAR:
        return natural(ValueKind::Char, pn_data_get_char(data));
    case PN_ULONG:
        return natural(ValueKind::UInt64, pn_data_get_ulong(data));
    case PN_LONG:
        return integer(ValueKind::Int64, pn_data_get_long(data));
    case PN_TIMESTAMP:
        return integer(ValueKind::Milliseconds, pn_data_get_timestamp(data));
    case PN_FLOAT:
        return made(ValueKind::Float, static_cast<double>(pn_data_get_float(data)));
    case PN_DOUBLE:
        return made(ValueKind::Double, pn_data_get_double(data));
    case PN_DECIMAL32:
        return made(ValueKind::Decimal32, rawBytes(pn_data_get_decimal32(data)));
    case PN_DECIMAL64:
        return made(ValueKind::Decimal64, rawBytes(pn_data_get_decimal64(data)));
    case PN_DECIMAL128:
        return made(ValueKind::Decimal128, rawBytes(pn_data_get_decimal128(data)));
    case PN_UUID:
        return made(ValueKind::Uuid, rawBytes(pn_data_get_uuid(data)));
    case PN_BINARY:
        return made(ValueKind::Bytes, fromProton(pn_data_get_binary(data)));
    case PN_STRING:
        return HeaderValue::string(fromProton(pn_data_get_string(data)));
    case PN_SYMBOL:
        return made(ValueKind::Symbol, fromProton(pn_data_get_symbol(data)));
    case PN_DESCRIBED: {
        HeaderValue::Array pair = readChildren(data, depth);
        pair.resize(2);
        return made(ValueKind::Described, std::move(pair));
    }
    case PN_ARRAY:
        return readArray(data, depth);
    case PN_LIST:
        return HeaderValue::array(readChildren(data, depth));
    case PN_MAP:
        return readMap(data, depth);
    default:
        return {};
    }
}

HeaderTable readEntries(pn_data_t* data) {
    HeaderTable entries;
    if (pn_data_type(data) != PN_MAP || !pn_data_enter(data))
        return entries;
    while (pn_data_next(data)) {
        const HeaderValue key = readValue(data, 1);
        if (!pn_data_next(data))
            break;
        if (key.kind == ValueKind::String || key.kind == ValueKind::Symbol)
            entries.push_back({*key.asBytes(), readValue(data, 1)});
    }
    pn_data_exit(data);
    return entries;
}

QByteArray encoded(pn_data_t* data) {
    QByteArray bytes(static_cast<qsizetype>(std::max<ssize_t>(0, pn_data_encoded_size(data))),
                     Qt::Uninitialized);
    const ssize_t written = pn_data_encode(data, bytes.data(), static_cast<std::size_t>(bytes.size()));
    bytes.truncate(std::max<qsizetype>(0, written));
    return bytes;
}

QByteArray encodeValue(const HeaderValue& value) {
    const Data data(pn_data(16));
    writeValue(data.get(), value);
    return encoded(data.get());
}

void writeValue(pn_data_t* data, const HeaderValue& value) {
    if (const auto* flag = std::get_if<bool>(&value.data)) {
        pn_data_put_bool(data, *flag);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
        writeInteger(data, value.kind, *integer);
    } else if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
        writeNatural(data, value.kind, *natural);
    } else if (const auto* real = std::get_if<double>(&value.data)) {
        if (value.kind == ValueKind::Float)
            pn_data_put_float(data, static_cast<float>(*real));
        else
            pn_data_put_double(data, *real);
    } else if (std::holds_alternative<Decimal>(value.data)) { // 0-9-1's own: no type of AMQP 1.0 is like it
        pn_data_put_string(data, toProton(headerText(value)));
    } else if (const QByteArray* bytes = value.asBytes()) {
        writeBytes(data, value.kind, *bytes);
    } else if (const HeaderValue::Table* table = value.asTable()) {
        writeEntries(data, *table, Keys::Text);
    } else if (const HeaderValue::Array* array = value.asArray()) {
        if (value.kind == ValueKind::Uniform) {
            writeUniform(data, *array);
        } else {
            if (value.kind == ValueKind::Map)
                pn_data_put_map(data);
            else if (value.kind == ValueKind::Described)
                pn_data_put_described(data);
            else
                pn_data_put_list(data);
            writeAll(data, *array);
        }
    } else {
        pn_data_put_null(data);
    }
}

void writeEntries(pn_data_t* data, const HeaderTable& entries, Keys keys) {
    pn_data_put_map(data);
    pn_data_enter(data);
    for (const Header& entry : entries) {
        if (keys == Keys::Symbol)
            pn_data_put_symbol(data, toProton(entry.name));
        else
            pn_data_put_string(data, toProton(entry.name));
        writeValue(data, entry.value);
    }
    pn_data_exit(data);
}

} // namespace signalbox::servicebus
