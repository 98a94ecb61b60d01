// The AMQP 1.0 type encodings, both ways.
#include "tests/support/servicebuspeer/value.h"

#include <QtEndian>
#include <array>
#include <utility>

namespace signalbox::sbpeer {

namespace {

using Type = Value::Type;

struct Fixed {
    Type type;
    quint8 code;
    int width;
};
// The widest form of each fixed-width type: what an array element and a plain value can always be written as.
constexpr std::array<Fixed, 17> fixed{{{Type::Bool, 0x56, 1},
                                       {Type::UByte, 0x50, 1},
                                       {Type::UShort, 0x60, 2},
                                       {Type::UInt, 0x70, 4},
                                       {Type::ULong, 0x80, 8},
                                       {Type::Byte, 0x51, 1},
                                       {Type::Short, 0x61, 2},
                                       {Type::Int, 0x71, 4},
                                       {Type::Long, 0x81, 8},
                                       {Type::Float, 0x72, 4},
                                       {Type::Double, 0x82, 8},
                                       {Type::Decimal32, 0x74, 4},
                                       {Type::Decimal64, 0x84, 8},
                                       {Type::Decimal128, 0x94, 16},
                                       {Type::Char, 0x73, 4},
                                       {Type::Timestamp, 0x83, 8},
                                       {Type::Uuid, 0x98, 16}}};

const Fixed* fixedOf(Type type) {
    for (const Fixed& entry : fixed) {
        if (entry.type == type) {
            return &entry;
        }
    }
    return nullptr;
}

void putNumber(QByteArray& out, quint64 bits, int width) {
    char all[8];
    qToBigEndian(bits, all);
    out.append(all + sizeof all - width, width);
}

quint8 wideCode(Type type) {
    switch (type) {
    case Type::Binary:
        return 0xb0;
    case Type::String:
        return 0xb1;
    case Type::Symbol:
        return 0xb3;
    case Type::List:
        return 0xd0;
    case Type::Map:
        return 0xd1;
    case Type::Array:
        return 0xf0;
    case Type::Null:
        return 0x40;
    default:
        return fixedOf(type)->code;
    }
}

void putContent(QByteArray& out, const Value& value); // without the constructor, in the widest form

// A list, map or array: its size and count come first and are known last.
template<class PutItems>
void putCounted(QByteArray& out, std::size_t count, PutItems putItems) {
    const qsizetype at = out.size();
    putNumber(out, 0, 4);
    putNumber(out, count, 4);
    putItems();
    qToBigEndian(static_cast<quint32>(out.size() - at - 4), out.data() + at);
}

void putContent(QByteArray& out, const Value& value) {
    switch (value.type()) {
    case Type::Null:
        break;
    case Type::Uuid:
    case Type::Decimal128:
    case Type::Float:
    case Type::Double:
    case Type::Decimal32:
    case Type::Decimal64:
        out += value.bytes();
        break;
    case Type::Binary:
    case Type::String:
    case Type::Symbol:
        putNumber(out, static_cast<quint64>(value.bytes().size()), 4);
        out += value.bytes();
        break;
    case Type::List:
    case Type::Map:
        putCounted(out, value.items().size(), [&] {
            for (const Value& item : value.items()) {
                encode(out, item);
            }
        });
        break;
    case Type::Array:
        putCounted(out, value.items().size(), [&] {
            out += static_cast<char>(wideCode(value.elementType()));
            for (const Value& item : value.items()) {
                putContent(out, item);
            }
        });
        break;
    default:
        putNumber(out, static_cast<quint64>(value.toInt()), fixedOf(value.type())->width);
        break;
    }
}

// The short forms every stack writes, where one exists.
bool putBrief(QByteArray& out, const Value& value) {
    const auto put = [&out](int code, qint64 byte) {
        out += static_cast<char>(code);
        out += static_cast<char>(byte);
        return true;
    };
    const qint64 number = value.toInt();
    switch (value.type()) {
    case Type::Bool:
        out += number != 0 ? '\x41' : '\x42';
        return true;
    case Type::UInt:
    case Type::ULong: {
        const bool wide = value.type() == Type::ULong;
        if (number == 0) {
            out += wide ? '\x44' : '\x43';
            return true;
        }
        return number > 0 && number < 256 && put(wide ? 0x53 : 0x52, number);
    }
    case Type::Int:
    case Type::Long:
        return number >= -128 && number < 128 && put(value.type() == Type::Int ? 0x54 : 0x55, number);
    case Type::Binary:
    case Type::String:
    case Type::Symbol:
        if (value.bytes().size() > 255) {
            return false;
        }
        put(wideCode(value.type()) - 0x10, value.bytes().size());
        out += value.bytes();
        return true;
    case Type::List:
        if (value.items().empty()) {
            out += '\x45';
        }
        return value.items().empty();
    default:
        return false;
    }
}

} // namespace

void encode(QByteArray& out, const Value& value) {
    if (value.type() == Type::Described) {
        out += '\0';
        encode(out, value.at(0));
        encode(out, value.at(1));
    } else if (!putBrief(out, value)) {
        out += static_cast<char>(wideCode(value.type()));
        putContent(out, value);
    }
}

QByteArray encode(const Value& value) {
    QByteArray bytes;
    encode(bytes, value);
    return bytes;
}

class Decoder {
public:
    Decoder(const QByteArray& bytes, qsizetype position)
        : bytes_(bytes)
        , position_(position) {}

    qsizetype position() const { return position_; }

    std::optional<Value> read() {
        const auto code = byte();
        if (!code || ++depth_ > deepest) {
            return std::nullopt;
        }
        auto value = *code == 0 ? readDescribed() : readAs(*code);
        --depth_;
        return value;
    }

private:
    static constexpr int deepest = 64;

    std::optional<quint8> byte() {
        if (position_ >= bytes_.size()) {
            return std::nullopt;
        }
        return static_cast<quint8>(bytes_[position_++]);
    }

    std::optional<QByteArray> take(qsizetype count) {
        if (count < 0 || count > bytes_.size() - position_) {
            return std::nullopt;
        }
        position_ += count;
        return bytes_.mid(position_ - count, count);
    }

    std::optional<quint64> unsignedOf(int width) {
        if (width > bytes_.size() - position_) {
            return std::nullopt;
        }
        quint64 bits = 0;
        for (int i = 0; i < width; ++i) {
            bits = bits << 8 | static_cast<quint8>(bytes_[position_++]);
        }
        return bits;
    }

    std::optional<Value> readDescribed() {
        auto descriptor = read();
        auto value = descriptor ? read() : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        return Value::itemsOf(Type::Described, {std::move(*descriptor), std::move(*value)});
    }

    std::optional<Value> readAs(quint8 code) {
        switch (code) {
        case 0x40:
            return Value();
        case 0x41:
        case 0x42:
            return Value::boolean(code == 0x41);
        case 0x43:
            return Value::number(Type::UInt, 0);
        case 0x44:
            return Value::number(Type::ULong, 0);
        case 0x45:
            return Value::list();
        case 0x52:
            return small(Type::UInt, false);
        case 0x53:
            return small(Type::ULong, false);
        case 0x54:
            return small(Type::Int, true);
        case 0x55:
            return small(Type::Long, true);
        case 0xa0:
        case 0xb0:
            return variable(Type::Binary, code < 0xb0 ? 1 : 4);
        case 0xa1:
        case 0xb1:
            return variable(Type::String, code < 0xb0 ? 1 : 4);
        case 0xa3:
        case 0xb3:
            return variable(Type::Symbol, code < 0xb0 ? 1 : 4);
        case 0xc0:
        case 0xd0:
            return compound(Type::List, code < 0xd0 ? 1 : 4);
        case 0xc1:
        case 0xd1:
            return compound(Type::Map, code < 0xd0 ? 1 : 4);
        case 0xe0:
        case 0xf0:
            return readArray(code < 0xf0 ? 1 : 4);
        default:
            return readFixed(code);
        }
    }

    std::optional<Value> small(Type type, bool isSigned) {
        const auto value = byte();
        if (!value) {
            return std::nullopt;
        }
        return Value::number(type, isSigned ? static_cast<qint8>(*value) : *value);
    }

    std::optional<Value> readFixed(quint8 code) {
        for (const Fixed& entry : fixed) {
            if (entry.code != code) {
                continue;
            }
            const auto raw = take(entry.width);
            if (!raw) {
                return std::nullopt;
            }
            Value value = Value::bytesOf(entry.type, *raw);
            if (entry.width <= 8) {
                const bool isSigned = entry.type >= Type::Byte && entry.type <= Type::Long;
                const char fill = isSigned && raw->at(0) < 0 ? '\xff' : '\0';
                value.bits_ = qFromBigEndian<quint64>((QByteArray(8 - entry.width, fill) + *raw).constData());
            }
            const bool opaque = entry.type == Type::Uuid || entry.type == Type::Float ||
                                entry.type == Type::Double ||
                                (entry.type >= Type::Decimal32 && entry.type <= Type::Decimal128);
            if (!opaque) {
                value.bytes_.clear();
            }
            return value;
        }
        return std::nullopt;
    }

    std::optional<Value> variable(Type type, int width) {
        const auto size = unsignedOf(width);
        const auto raw = size ? take(static_cast<qsizetype>(*size)) : std::nullopt;
        if (!raw) {
            return std::nullopt;
        }
        return Value::bytesOf(type, *raw);
    }

    // Size and count of a compound; nothing when the size passes the end.
    std::optional<quint64> countOf(int width) {
        const auto size = unsignedOf(width);
        if (!size || *size > static_cast<quint64>(bytes_.size() - position_)) {
            return std::nullopt;
        }
        const auto count = unsignedOf(width);
        return count && *count <= *size ? count : std::nullopt;
    }

    std::optional<Value> compound(Type type, int width) {
        const auto count = countOf(width);
        if (!count || (type == Type::Map && *count % 2 != 0)) {
            return std::nullopt;
        }
        std::vector<Value> items;
        for (quint64 i = 0; i < *count; ++i) {
            auto item = read();
            if (!item) {
                return std::nullopt;
            }
            items.push_back(std::move(*item));
        }
        return Value::itemsOf(type, std::move(items));
    }

    std::optional<Value> readArray(int width) {
        const auto count = countOf(width);
        const auto code = count ? byte() : std::nullopt;
        if (!code || *code == 0) {
            return std::nullopt; // arrays of described values do not occur here
        }
        std::vector<Value> items;
        for (quint64 i = 0; i < *count; ++i) {
            auto item = readAs(*code);
            if (!item) {
                return std::nullopt;
            }
            items.push_back(std::move(*item));
        }
        const Type element = items.empty() ? Type::Null : items.front().type();
        return Value::array(element, std::move(items));
    }

    const QByteArray& bytes_;
    qsizetype position_;
    int depth_ = 0;
};

std::optional<Value> decode(const QByteArray& bytes, qsizetype* position) {
    Decoder decoder(bytes, *position);
    auto value = decoder.read();
    *position = decoder.position();
    return value;
}

std::optional<Value> decode(const QByteArray& bytes) {
    qsizetype position = 0;
    auto value = decode(bytes, &position);
    return position == bytes.size() ? value : std::nullopt;
}

} // namespace signalbox::sbpeer
