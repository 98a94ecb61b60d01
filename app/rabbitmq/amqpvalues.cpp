#include "app/rabbitmq/amqpvalues.h"

#include <new>

namespace signalbox::rabbitmq {

namespace {

template<class T>
T* takeArray(AmqpPool& pool, std::size_t count) {
    void* memory = pool.take(sizeof(T) * count);
    if (!memory)
        throw std::bad_alloc();
    return static_cast<T*>(memory);
}

template<class T>
T held(const HeaderValue& value) {
    const T* found = std::get_if<T>(&value.data);
    return found ? *found : T{};
}

amqp_field_value_t field(std::uint8_t kind) {
    amqp_field_value_t to{};
    to.kind = kind;
    return to;
}

amqp_field_value_t toField(const HeaderValue& from, AmqpPool& pool);

amqp_field_value_t toArray(const HeaderValue::Array& from, AmqpPool& pool) {
    amqp_field_value_t to = field(AMQP_FIELD_KIND_ARRAY);
    to.value.array.num_entries = static_cast<int>(from.size());
    to.value.array.entries = takeArray<amqp_field_value_t>(pool, from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        to.value.array.entries[i] = toField(from[i], pool);
    return to;
}

amqp_field_value_t toInteger(const HeaderValue& from) {
    const auto number = held<std::int64_t>(from);
    amqp_field_value_t to{};
    switch (from.kind) {
    case ValueKind::Int8:
        to = field(AMQP_FIELD_KIND_I8);
        to.value.i8 = static_cast<std::int8_t>(number);
        break;
    case ValueKind::Int16:
        to = field(AMQP_FIELD_KIND_I16);
        to.value.i16 = static_cast<std::int16_t>(number);
        break;
    case ValueKind::Int32:
        to = field(AMQP_FIELD_KIND_I32);
        to.value.i32 = static_cast<std::int32_t>(number);
        break;
    case ValueKind::Timestamp:
        to = field(AMQP_FIELD_KIND_TIMESTAMP);
        to.value.u64 = static_cast<std::uint64_t>(number);
        break;
    default:
        to = field(AMQP_FIELD_KIND_I64);
        to.value.i64 = number;
        break;
    }
    return to;
}

amqp_field_value_t toNatural(const HeaderValue& from) {
    const auto number = held<std::uint64_t>(from);
    amqp_field_value_t to{};
    switch (from.kind) {
    case ValueKind::UInt8:
        to = field(AMQP_FIELD_KIND_U8);
        to.value.u8 = static_cast<std::uint8_t>(number);
        break;
    case ValueKind::UInt16:
        to = field(AMQP_FIELD_KIND_U16);
        to.value.u16 = static_cast<std::uint16_t>(number);
        break;
    case ValueKind::UInt32:
        to = field(AMQP_FIELD_KIND_U32);
        to.value.u32 = static_cast<std::uint32_t>(number);
        break;
    default:
        to = field(AMQP_FIELD_KIND_U64);
        to.value.u64 = number;
        break;
    }
    return to;
}

amqp_field_value_t toField(const HeaderValue& from, AmqpPool& pool) {
    amqp_field_value_t to = field(AMQP_FIELD_KIND_VOID);
    switch (from.kind) {
    case ValueKind::Void:
        return to;
    case ValueKind::Bool:
        to = field(AMQP_FIELD_KIND_BOOLEAN);
        to.value.boolean = held<bool>(from) ? 1 : 0;
        return to;
    case ValueKind::Int8:
    case ValueKind::Int16:
    case ValueKind::Int32:
    case ValueKind::Int64:
    case ValueKind::Timestamp:
        return toInteger(from);
    case ValueKind::UInt8:
    case ValueKind::UInt16:
    case ValueKind::UInt32:
    case ValueKind::UInt64:
        return toNatural(from);
    case ValueKind::Float:
        to = field(AMQP_FIELD_KIND_F32);
        to.value.f32 = static_cast<float>(held<double>(from));
        return to;
    case ValueKind::Double:
        to = field(AMQP_FIELD_KIND_F64);
        to.value.f64 = held<double>(from);
        return to;
    case ValueKind::Decimal: {
        const auto decimal = held<Decimal>(from);
        to = field(AMQP_FIELD_KIND_DECIMAL);
        to.value.decimal.decimals = decimal.scale;
        to.value.decimal.value = decimal.unscaled;
        return to;
    }
    case ValueKind::String:
    case ValueKind::Bytes:
        to = field(from.kind == ValueKind::String ? AMQP_FIELD_KIND_UTF8 : AMQP_FIELD_KIND_BYTES);
        if (const QByteArray* bytes = from.asBytes())
            to.value.bytes = toAmqp(*bytes);
        return to;
    case ValueKind::Array:
        if (const HeaderValue::Array* array = from.asArray())
            return toArray(*array, pool);
        return to;
    case ValueKind::Table:
        to = field(AMQP_FIELD_KIND_TABLE);
        if (const HeaderValue::Table* table = from.asTable())
            to.value.table = toAmqp(*table, pool);
        return to;
    default: // only AMQP 1.0 has it: such a message is refused before (sendable.h)
        return to;
    }
}

template<class T>
HeaderValue value(ValueKind kind, T data) {
    HeaderValue made;
    made.kind = kind;
    made.data = std::move(data);
    return made;
}

HeaderValue fromField(const amqp_field_value_t& from) {
    switch (from.kind) {
    case AMQP_FIELD_KIND_BOOLEAN:
        return value(ValueKind::Bool, from.value.boolean != 0);
    case AMQP_FIELD_KIND_I8:
        return value(ValueKind::Int8, std::int64_t{from.value.i8});
    case AMQP_FIELD_KIND_I16:
        return value(ValueKind::Int16, std::int64_t{from.value.i16});
    case AMQP_FIELD_KIND_I32:
        return value(ValueKind::Int32, std::int64_t{from.value.i32});
    case AMQP_FIELD_KIND_I64:
        return value(ValueKind::Int64, std::int64_t{from.value.i64});
    case AMQP_FIELD_KIND_TIMESTAMP:
        return value(ValueKind::Timestamp, static_cast<std::int64_t>(from.value.u64));
    case AMQP_FIELD_KIND_U8:
        return value(ValueKind::UInt8, std::uint64_t{from.value.u8});
    case AMQP_FIELD_KIND_U16:
        return value(ValueKind::UInt16, std::uint64_t{from.value.u16});
    case AMQP_FIELD_KIND_U32:
        return value(ValueKind::UInt32, std::uint64_t{from.value.u32});
    case AMQP_FIELD_KIND_U64:
        return value(ValueKind::UInt64, std::uint64_t{from.value.u64});
    case AMQP_FIELD_KIND_F32:
        return value(ValueKind::Float, double{from.value.f32});
    case AMQP_FIELD_KIND_F64:
        return value(ValueKind::Double, from.value.f64);
    case AMQP_FIELD_KIND_DECIMAL:
        return value(ValueKind::Decimal, Decimal{from.value.decimal.decimals, from.value.decimal.value});
    case AMQP_FIELD_KIND_UTF8:
        return value(ValueKind::String, fromAmqp(from.value.bytes));
    case AMQP_FIELD_KIND_BYTES:
        return value(ValueKind::Bytes, fromAmqp(from.value.bytes));
    case AMQP_FIELD_KIND_ARRAY: {
        HeaderValue::Array array;
        array.reserve(static_cast<std::size_t>(from.value.array.num_entries));
        for (int i = 0; i < from.value.array.num_entries; ++i)
            array.push_back(fromField(from.value.array.entries[i]));
        return value(ValueKind::Array, std::move(array));
    }
    case AMQP_FIELD_KIND_TABLE:
        return value(ValueKind::Table, fromAmqp(from.value.table));
    default:
        return {};
    }
}

} // namespace

amqp_bytes_t toAmqp(const QByteArray& bytes) {
    // The library takes a writable pointer, but only reads.
    return {static_cast<std::size_t>(bytes.size()), const_cast<char*>(bytes.constData())};
}

QByteArray fromAmqp(const amqp_bytes_t& bytes) {
    return {static_cast<const char*>(bytes.bytes), static_cast<qsizetype>(bytes.len)};
}

amqp_table_t toAmqp(const HeaderTable& headers, AmqpPool& pool) {
    amqp_table_t table{};
    table.num_entries = static_cast<int>(headers.size());
    table.entries = takeArray<amqp_table_entry_t>(pool, headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i) {
        table.entries[i].key = toAmqp(headers[i].name);
        table.entries[i].value = toField(headers[i].value, pool);
    }
    return table;
}

HeaderTable fromAmqp(const amqp_table_t& table) {
    HeaderTable headers;
    headers.reserve(static_cast<std::size_t>(table.num_entries));
    for (int i = 0; i < table.num_entries; ++i)
        headers.push_back({fromAmqp(table.entries[i].key), fromField(table.entries[i].value)});
    return headers;
}

} // namespace signalbox::rabbitmq
