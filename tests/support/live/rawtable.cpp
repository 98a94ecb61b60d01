#include "tests/support/live/rawtable.h"

#include <cstring>
#include <utility>

namespace signalbox::live {

namespace {

template<class T>
T* allocate(amqp_pool_t& pool, std::size_t count) {
    void* memory = amqp_pool_alloc(&pool, sizeof(T) * count + 1);
    std::memset(memory, 0, sizeof(T) * count);
    return static_cast<T*>(memory);
}

constexpr std::pair<ValueKind, amqp_field_value_kind_t> kinds[] = {
    {ValueKind::Void, AMQP_FIELD_KIND_VOID},       {ValueKind::Bool, AMQP_FIELD_KIND_BOOLEAN},
    {ValueKind::Int8, AMQP_FIELD_KIND_I8},         {ValueKind::UInt8, AMQP_FIELD_KIND_U8},
    {ValueKind::Int16, AMQP_FIELD_KIND_I16},       {ValueKind::UInt16, AMQP_FIELD_KIND_U16},
    {ValueKind::Int32, AMQP_FIELD_KIND_I32},       {ValueKind::UInt32, AMQP_FIELD_KIND_U32},
    {ValueKind::Int64, AMQP_FIELD_KIND_I64},       {ValueKind::UInt64, AMQP_FIELD_KIND_U64},
    {ValueKind::Float, AMQP_FIELD_KIND_F32},       {ValueKind::Double, AMQP_FIELD_KIND_F64},
    {ValueKind::Decimal, AMQP_FIELD_KIND_DECIMAL}, {ValueKind::Timestamp, AMQP_FIELD_KIND_TIMESTAMP},
    {ValueKind::String, AMQP_FIELD_KIND_UTF8},     {ValueKind::Bytes, AMQP_FIELD_KIND_BYTES},
    {ValueKind::Array, AMQP_FIELD_KIND_ARRAY},     {ValueKind::Table, AMQP_FIELD_KIND_TABLE},
};

amqp_field_value_t encodeValue(const HeaderValue& from, amqp_pool_t& pool) {
    amqp_field_value_t to{};
    for (const auto& [kind, wireKind] : kinds) {
        if (kind == from.kind)
            to.kind = static_cast<std::uint8_t>(wireKind);
    }
    const auto integer = [&from] {
        const auto* number = std::get_if<std::int64_t>(&from.data);
        return number ? *number : 0;
    };
    const auto natural = [&from] {
        const auto* number = std::get_if<std::uint64_t>(&from.data);
        return number ? *number : 0U;
    };
    const auto real = [&from] {
        const auto* number = std::get_if<double>(&from.data);
        return number ? *number : 0.0;
    };
    switch (from.kind) {
    case ValueKind::Void:
        break;
    case ValueKind::Bool:
        to.value.boolean = std::get_if<bool>(&from.data) && std::get<bool>(from.data);
        break;
    case ValueKind::Int8:
        to.value.i8 = static_cast<std::int8_t>(integer());
        break;
    case ValueKind::Int16:
        to.value.i16 = static_cast<std::int16_t>(integer());
        break;
    case ValueKind::Int32:
        to.value.i32 = static_cast<std::int32_t>(integer());
        break;
    case ValueKind::Int64:
        to.value.i64 = integer();
        break;
    case ValueKind::Timestamp:
        to.value.u64 = static_cast<std::uint64_t>(integer());
        break;
    case ValueKind::UInt8:
        to.value.u8 = static_cast<std::uint8_t>(natural());
        break;
    case ValueKind::UInt16:
        to.value.u16 = static_cast<std::uint16_t>(natural());
        break;
    case ValueKind::UInt32:
        to.value.u32 = static_cast<std::uint32_t>(natural());
        break;
    case ValueKind::UInt64:
        to.value.u64 = natural();
        break;
    case ValueKind::Float:
        to.value.f32 = static_cast<float>(real());
        break;
    case ValueKind::Double:
        to.value.f64 = real();
        break;
    case ValueKind::Decimal:
        if (const auto* decimal = std::get_if<Decimal>(&from.data)) {
            to.value.decimal.decimals = decimal->scale;
            to.value.decimal.value = decimal->unscaled;
        }
        break;
    case ValueKind::String:
    case ValueKind::Bytes:
        if (const QByteArray* bytes = from.asBytes())
            to.value.bytes = wire(*bytes);
        break;
    case ValueKind::Array:
        if (const HeaderValue::Array* array = from.asArray()) {
            to.value.array.num_entries = static_cast<int>(array->size());
            to.value.array.entries = allocate<amqp_field_value_t>(pool, array->size());
            for (std::size_t i = 0; i < array->size(); ++i)
                to.value.array.entries[i] = encodeValue((*array)[i], pool);
        }
        break;
    case ValueKind::Table:
        if (const HeaderValue::Table* table = from.asTable())
            to.value.table = encode(*table, pool);
        break;
    default: // only AMQP 1.0 has it
        break;
    }
    return to;
}

HeaderValue decodeValue(const amqp_field_value_t& from) {
    HeaderValue to;
    for (const auto& [kind, wireKind] : kinds) {
        if (wireKind == from.kind)
            to.kind = kind;
    }
    switch (to.kind) {
    case ValueKind::Void:
        break;
    case ValueKind::Bool:
        to.data = from.value.boolean != 0;
        break;
    case ValueKind::Int8:
        to.data = std::int64_t{from.value.i8};
        break;
    case ValueKind::Int16:
        to.data = std::int64_t{from.value.i16};
        break;
    case ValueKind::Int32:
        to.data = std::int64_t{from.value.i32};
        break;
    case ValueKind::Int64:
        to.data = std::int64_t{from.value.i64};
        break;
    case ValueKind::Timestamp:
        to.data = static_cast<std::int64_t>(from.value.u64);
        break;
    case ValueKind::UInt8:
        to.data = std::uint64_t{from.value.u8};
        break;
    case ValueKind::UInt16:
        to.data = std::uint64_t{from.value.u16};
        break;
    case ValueKind::UInt32:
        to.data = std::uint64_t{from.value.u32};
        break;
    case ValueKind::UInt64:
        to.data = std::uint64_t{from.value.u64};
        break;
    case ValueKind::Float:
        to.data = double{from.value.f32};
        break;
    case ValueKind::Double:
        to.data = from.value.f64;
        break;
    case ValueKind::Decimal:
        to.data = Decimal{from.value.decimal.decimals, static_cast<std::uint32_t>(from.value.decimal.value)};
        break;
    case ValueKind::String:
    case ValueKind::Bytes:
        to.data = unwire(from.value.bytes);
        break;
    case ValueKind::Array: {
        HeaderValue::Array array;
        for (int i = 0; i < from.value.array.num_entries; ++i)
            array.push_back(decodeValue(from.value.array.entries[i]));
        to.data = std::move(array);
        break;
    }
    case ValueKind::Table:
        to.data = decode(from.value.table);
        break;
    default:
        break;
    }
    return to;
}

} // namespace

amqp_bytes_t wire(const QByteArray& bytes) {
    return {static_cast<std::size_t>(bytes.size()), const_cast<char*>(bytes.constData())};
}

QByteArray unwire(const amqp_bytes_t& bytes) {
    return {static_cast<const char*>(bytes.bytes), static_cast<qsizetype>(bytes.len)};
}

amqp_table_t encode(const HeaderTable& headers, amqp_pool_t& pool) {
    amqp_table_t table{};
    table.num_entries = static_cast<int>(headers.size());
    table.entries = allocate<amqp_table_entry_t>(pool, headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i) {
        table.entries[i].key = wire(headers[i].name);
        table.entries[i].value = encodeValue(headers[i].value, pool);
    }
    return table;
}

HeaderTable decode(const amqp_table_t& table) {
    HeaderTable headers;
    for (int i = 0; i < table.num_entries; ++i)
        headers.push_back({unwire(table.entries[i].key), decodeValue(table.entries[i].value)});
    return headers;
}

} // namespace signalbox::live
