// A header value with its exact wire type, so that what is read can be sent again unchanged.
// Kinds cover AMQP 0-9-1 field tables and the types of AMQP 1.0; strings are raw bytes because the wire does
// not promise UTF-8.
#pragma once

#include <QByteArray>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

namespace signalbox {

struct Header;

enum class ValueKind : std::uint8_t {
    Void,
    Bool,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float,
    Double,
    Decimal,
    Timestamp, // seconds since 1970-01-01 UTC
    String,    // AMQP longstr 'S'
    Bytes,     // AMQP byte array 'x'
    Array,     // AMQP 1.0: list
    Table,     // AMQP 1.0: map whose keys are all strings
    // AMQP 1.0 only. New kinds go to the end: their numbers are on disk.
    Symbol,
    Char,         // Unicode code point
    Uuid,         // 16 bytes
    Milliseconds, // timestamp: since 1970-01-01 UTC
    Decimal32,    // IEEE 754-2008, as its 4, 8 or 16 bytes
    Decimal64,
    Decimal128,
    Map,       // of other keys: key, value, key, value ...
    Uniform,   // array: all items of one kind
    Described, // descriptor, value
};
inline constexpr ValueKind lastKind = ValueKind::Described;

struct Decimal {
    std::uint8_t scale = 0;
    std::uint32_t unscaled = 0;
    bool operator==(const Decimal&) const = default;
};

struct HeaderValue {
    using Array = std::vector<HeaderValue>;
    using Table = std::vector<Header>;

    ValueKind kind = ValueKind::Void;
    // Bool -> bool; signed integers, Timestamp, Milliseconds -> int64; unsigned, Char -> uint64; Float/Double
    // -> double; String/Bytes/Symbol/Uuid/Decimal32.. -> QByteArray; Array/Map/Uniform/Described -> Array.
    // Void -> monostate. The kind decides the width on the wire.
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Decimal, QByteArray, Array, Table>
        data;

    static HeaderValue string(QByteArray bytes);
    static HeaderValue int64(std::int64_t number);
    static HeaderValue boolean(bool value);
    static HeaderValue table(Table entries);
    static HeaderValue array(Array entries);

    const QByteArray* asBytes() const { return std::get_if<QByteArray>(&data); }
    const Array* asArray() const { return std::get_if<Array>(&data); }
    const Table* asTable() const { return std::get_if<Table>(&data); }
    bool operator==(const HeaderValue&) const;
};

struct Header {
    QByteArray name;
    HeaderValue value;
    bool operator==(const Header&) const;
};

using HeaderTable = std::vector<Header>; // wire order is kept; names may repeat

// First entry of that name, or nullptr.
const HeaderValue* findHeader(const HeaderTable& headers, QByteArrayView name);
// Replaces the first entry of that name in place, or appends one.
void setHeader(HeaderTable& headers, QByteArrayView name, HeaderValue value);
void removeHeader(HeaderTable& headers, QByteArrayView name);
// Integer of any width, if it is one.
bool headerInteger(const HeaderValue& value, std::int64_t* out);
// Text for tables and search: scalars as text, arrays and tables as compact JSON-like text.
QByteArray headerText(const HeaderValue& value);

} // namespace signalbox
