// AMQP 1.0 values of the Service Bus peer with their exact wire types, and their own codec: Proton's types
// stay in the wire files, and nothing is shared with the client under test. Any thread.
#pragma once

#include <QByteArray>
#include <cstdint>
#include <optional>
#include <vector>

namespace signalbox::sbpeer {

class Value {
public:
    // The fixed-width constructors of the format carry their own code; the names are those of the standard.
    enum class Type : std::uint8_t {
        Null,
        Bool,
        UByte,
        UShort,
        UInt,
        ULong,
        Byte,
        Short,
        Int,
        Long,
        Float,
        Double,
        Decimal32,
        Decimal64,
        Decimal128,
        Char,
        Timestamp,
        Uuid,
        Binary,
        String,
        Symbol,
        List,
        Map,
        Array,
        Described
    };

    Value() = default;
    static Value boolean(bool value) { return number(Type::Bool, value ? 1 : 0); }
    static Value number(Type type, qint64 value); // whole numbers, Bool, Char and Timestamp (ms of the epoch)
    static Value real(double value);              // Double
    static Value text(const QByteArray& utf8) { return bytesOf(Type::String, utf8); }
    static Value symbol(const QByteArray& ascii) { return bytesOf(Type::Symbol, ascii); }
    static Value binary(const QByteArray& bytes) { return bytesOf(Type::Binary, bytes); }
    static Value uuid(const QByteArray& sixteen) { return bytesOf(Type::Uuid, sixteen); }
    static Value list(std::vector<Value> items = {}) { return itemsOf(Type::List, std::move(items)); }
    static Value map() { return itemsOf(Type::Map, {}); }
    static Value array(Type element, std::vector<Value> items);
    static Value described(quint64 code, Value value);

    Type type() const { return type_; }
    bool isNull() const { return type_ == Type::Null; }
    bool isWholeNumber() const { return type_ >= Type::UByte && type_ <= Type::Long; }
    bool isText() const { return type_ == Type::String || type_ == Type::Symbol; }
    bool isScalar() const { return type_ < Type::List; }
    qint64 toInt(qint64 otherwise = 0) const; // of whole numbers, Bool, Char and Timestamp
    double toReal() const;                    // of Float, Double and whole numbers
    const QByteArray& bytes() const { return bytes_; }
    const std::vector<Value>& items() const { return items_; } // Map: key, value, key, value..
    std::vector<Value>& items() { return items_; }
    Type elementType() const { return element_; }
    const Value& at(std::size_t index) const; // of a list; null beyond its end

    // Maps; a key is found as string or as symbol.
    const Value& operator[](const QByteArray& key) const;
    bool has(const QByteArray& key) const;
    Value& set(Value key, Value value); // replaces an equal key; returns the map
    Value& set(const QByteArray& key, Value value) { return set(text(key), std::move(value)); }
    void remove(const QByteArray& key);

    // Described values: the code, 0 for one described by a symbol; and what is described.
    quint64 code() const;
    const Value& inner() const { return at(1); }

    bool operator==(const Value& other) const = default;

private:
    static Value bytesOf(Type type, const QByteArray& bytes);
    static Value itemsOf(Type type, std::vector<Value> items);
    friend class Decoder;

    Type type_ = Type::Null;
    Type element_ = Type::Null; // of an array
    quint64 bits_ = 0;
    QByteArray bytes_;
    std::vector<Value> items_; // Described: descriptor, value
};

QByteArray encode(const Value& value);
void encode(QByteArray& out, const Value& value); // appends
// Reads one value at `*position` and moves behind it; nothing when the bytes are malformed.
std::optional<Value> decode(const QByteArray& bytes, qsizetype* position);
std::optional<Value> decode(const QByteArray& bytes); // exactly one value

} // namespace signalbox::sbpeer
