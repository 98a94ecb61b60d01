#include "models/messaging/amqpreader.h"

#include "models/messaging/amqp10.h"

#include <QtEndian>
#include <algorithm>
#include <cstring>

namespace signalbox {

namespace {

constexpr int mostAmqpDepth = 100;
constexpr quint64 usualItems = 64;
constexpr int mostAmqpValues = 1'000'000; // an array of nothing may say that it has four thousand millions

HeaderValue amqpValue(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

class AmqpReader {
public:
    explicit AmqpReader(QByteArrayView bytes)
        : rest_(bytes) {}

    QByteArrayView rest() const { return rest_; }

    std::optional<HeaderValue> value(int depth = 0) {
        const std::optional<std::uint8_t> code = constructor();
        if (!code)
            return {};
        if (*code != 0)
            return content(*code, depth);
        if (depth >= mostAmqpDepth)
            return {};
        auto descriptor = value(depth + 1);
        auto described = descriptor ? value(depth + 1) : std::nullopt;
        if (!described)
            return {};
        return amqpValue(ValueKind::Described,
                         HeaderValue::Array{std::move(*descriptor), std::move(*described)});
    }

private:
    std::optional<std::uint8_t> constructor() {
        const auto byte = take(1);
        return byte ? std::optional<std::uint8_t>(static_cast<std::uint8_t>((*byte)[0])) : std::nullopt;
    }
    std::optional<QByteArrayView> take(quint64 count) {
        if (count > static_cast<quint64>(rest_.size()))
            return {};
        const QByteArrayView part = rest_.first(static_cast<qsizetype>(count));
        rest_ = rest_.sliced(static_cast<qsizetype>(count));
        return part;
    }
    template<class Number>
    std::optional<Number> number() {
        const auto bytes = take(sizeof(Number));
        return bytes ? std::optional<Number>(qFromBigEndian<Number>(bytes->data())) : std::nullopt;
    }
    template<class Number>
    std::optional<HeaderValue> natural(ValueKind kind) {
        const auto read = number<Number>();
        return read ? std::optional(amqpValue(kind, std::uint64_t{*read})) : std::nullopt;
    }
    template<class Number>
    std::optional<HeaderValue> integer(ValueKind kind) {
        const auto read = number<Number>();
        return read ? std::optional(amqpValue(kind, std::int64_t{*read})) : std::nullopt;
    }
    // Decimals are kept as this machine's numbers are laid out, as the adapter does.
    template<class Number>
    std::optional<HeaderValue> decimal(ValueKind kind) {
        const auto read = number<Number>();
        if (!read)
            return {};
        return amqpValue(kind, QByteArray(reinterpret_cast<const char*>(&*read), sizeof *read));
    }
    template<class Real, class Bits>
    std::optional<HeaderValue> real(ValueKind kind) {
        const auto bits = number<Bits>();
        if (!bits)
            return {};
        Real read = 0;
        std::memcpy(&read, &*bits, sizeof read);
        return amqpValue(kind, static_cast<double>(read));
    }
    template<class Size>
    std::optional<HeaderValue> text(ValueKind kind) {
        const auto size = number<Size>();
        const auto bytes = size ? take(*size) : std::nullopt;
        return bytes ? std::optional(amqpValue(kind, bytes->toByteArray())) : std::nullopt;
    }
    std::optional<HeaderValue> bytesOf(ValueKind kind, quint64 count) {
        const auto bytes = take(count);
        return bytes ? std::optional(amqpValue(kind, bytes->toByteArray())) : std::nullopt;
    }

    // Of a list, map or array: its own bytes, and how many items they say to hold.
    template<class Size>
    std::optional<std::pair<AmqpReader, quint64>> compound() {
        const auto size = number<Size>();
        const auto bytes = size ? take(*size) : std::nullopt;
        if (!bytes)
            return {};
        AmqpReader inner(*bytes);
        inner.values_ = values_;
        const auto count = inner.number<Size>();
        return count ? std::optional(std::make_pair(inner, quint64{*count})) : std::nullopt;
    }
    std::optional<HeaderValue::Array> items(AmqpReader& inner, quint64 count, int depth,
                                            std::optional<std::uint8_t> code = {}) {
        if (depth >= mostAmqpDepth)
            return {};
        HeaderValue::Array all;
        all.reserve(std::min<quint64>(count, usualItems)); // what it says may be a lie
        for (quint64 i = 0; i < count; ++i) {
            if (++inner.values_ > mostAmqpValues)
                return {};
            auto item = code ? inner.content(*code, depth + 1) : inner.value(depth + 1);
            if (!item)
                return {};
            all.push_back(std::move(*item));
        }
        values_ = inner.values_;
        return inner.rest_.isEmpty() ? std::optional(std::move(all)) : std::nullopt;
    }
    template<class Size>
    std::optional<HeaderValue> list(int depth) {
        auto inner = compound<Size>();
        auto all = inner ? items(inner->first, inner->second, depth) : std::nullopt;
        return all ? std::optional(HeaderValue::array(std::move(*all))) : std::nullopt;
    }
    // All keys are strings: a table. Else the pairs as they are.
    template<class Size>
    std::optional<HeaderValue> map(int depth) {
        auto inner = compound<Size>();
        auto pairs = inner ? items(inner->first, inner->second, depth) : std::nullopt;
        if (!pairs || pairs->size() % 2 != 0)
            return {};
        for (std::size_t i = 0; i < pairs->size(); i += 2) {
            if ((*pairs)[i].kind != ValueKind::String)
                return amqpValue(ValueKind::Map, std::move(*pairs));
        }
        HeaderValue::Table table;
        table.reserve(pairs->size() / 2);
        for (std::size_t i = 0; i < pairs->size(); i += 2)
            table.push_back({std::move(std::get<QByteArray>((*pairs)[i].data)), std::move((*pairs)[i + 1])});
        return HeaderValue::table(std::move(table));
    }
    template<class Size>
    std::optional<HeaderValue> array(int depth) {
        auto inner = compound<Size>();
        auto code = inner ? inner->first.constructor() : std::nullopt;
        if (!code)
            return {};
        std::optional<HeaderValue> descriptor;
        if (*code == 0) {
            descriptor = depth < mostAmqpDepth ? inner->first.value(depth + 1) : std::nullopt;
            code = descriptor ? inner->first.constructor() : std::nullopt;
            if (!code)
                return {};
        }
        auto all = items(inner->first, inner->second, depth, code);
        if (!all)
            return {};
        if (descriptor) {
            for (HeaderValue& item : *all)
                item = amqpValue(ValueKind::Described, HeaderValue::Array{*descriptor, std::move(item)});
        }
        return amqpValue(ValueKind::Uniform, std::move(*all));
    }

    std::optional<HeaderValue> content(std::uint8_t code, int depth) {
        switch (code) {
        case 0x40:
            return HeaderValue();
        case 0x41:
        case 0x42:
            return HeaderValue::boolean(code == 0x41);
        case 0x56: {
            const auto flag = number<quint8>();
            return flag ? std::optional(HeaderValue::boolean(*flag != 0)) : std::nullopt;
        }
        case 0x50:
            return natural<quint8>(ValueKind::UInt8);
        case 0x51:
            return integer<qint8>(ValueKind::Int8);
        case 0x60:
            return natural<quint16>(ValueKind::UInt16);
        case 0x61:
            return integer<qint16>(ValueKind::Int16);
        case 0x43:
            return amqpValue(ValueKind::UInt32, std::uint64_t{0});
        case 0x52:
            return natural<quint8>(ValueKind::UInt32);
        case 0x70:
            return natural<quint32>(ValueKind::UInt32);
        case 0x54:
            return integer<qint8>(ValueKind::Int32);
        case 0x71:
            return integer<qint32>(ValueKind::Int32);
        case 0x44:
            return amqpValue(ValueKind::UInt64, std::uint64_t{0});
        case 0x53:
            return natural<quint8>(ValueKind::UInt64);
        case 0x80:
            return natural<quint64>(ValueKind::UInt64);
        case 0x55:
            return integer<qint8>(ValueKind::Int64);
        case 0x81:
            return integer<qint64>(ValueKind::Int64);
        case 0x72:
            return real<float, quint32>(ValueKind::Float);
        case 0x82:
            return real<double, quint64>(ValueKind::Double);
        case 0x74:
            return decimal<quint32>(ValueKind::Decimal32);
        case 0x84:
            return decimal<quint64>(ValueKind::Decimal64);
        case 0x94:
            return bytesOf(ValueKind::Decimal128, 16);
        case 0x73:
            return natural<quint32>(ValueKind::Char);
        case 0x83:
            return integer<qint64>(ValueKind::Milliseconds);
        case 0x98:
            return bytesOf(ValueKind::Uuid, 16);
        default:
            return variable(code, depth);
        }
    }
    std::optional<HeaderValue> variable(std::uint8_t code, int depth) {
        switch (code) {
        case 0xa0:
            return text<quint8>(ValueKind::Bytes);
        case 0xb0:
            return text<quint32>(ValueKind::Bytes);
        case 0xa1:
            return text<quint8>(ValueKind::String);
        case 0xb1:
            return text<quint32>(ValueKind::String);
        case 0xa3:
            return text<quint8>(ValueKind::Symbol);
        case 0xb3:
            return text<quint32>(ValueKind::Symbol);
        case 0x45:
            return HeaderValue::array({});
        case 0xc0:
            return list<quint8>(depth);
        case 0xd0:
            return list<quint32>(depth);
        case 0xc1:
            return map<quint8>(depth);
        case 0xd1:
            return map<quint32>(depth);
        case 0xe0:
            return array<quint8>(depth);
        case 0xf0:
            return array<quint32>(depth);
        default:
            return {};
        }
    }

    QByteArrayView rest_;
    int values_ = 0; // met so far
};

} // namespace

std::optional<HeaderValue> readAmqpValue(QByteArrayView& bytes) {
    AmqpReader reader(bytes);
    auto value = reader.value();
    if (value)
        bytes = reader.rest();
    return value;
}

namespace {

// How many bytes are in front of the length, and how many of them there are; see part 1.2 of the standard.
std::optional<AmqpSpan> primitiveSpan(QByteArrayView bytes) {
    const auto code = static_cast<std::uint8_t>(bytes.front());
    bytes = bytes.sliced(1);
    const int kind = code >> 4;
    quint64 size = kind == 4 ? 0 : 1ULL << (std::clamp(kind, 5, 9) - 5);
    if (kind >= 0xa) {
        const qsizetype lengthBytes = kind % 2 == 0 ? 1 : 4;
        if (bytes.size() < lengthBytes)
            return {};
        size = lengthBytes == 1 ? static_cast<std::uint8_t>(bytes.front())
                                : qFromBigEndian<quint32>(bytes.data());
        bytes = bytes.sliced(lengthBytes);
    }
    if (kind < 4 || size > static_cast<quint64>(bytes.size()))
        return {};
    return AmqpSpan{code, bytes.first(static_cast<qsizetype>(size))};
}

} // namespace

std::optional<AmqpSpan> skipAmqpValue(QByteArrayView& bytes) {
    QByteArrayView rest = bytes;
    std::optional<AmqpSpan> last;
    for (int wanted = 1; wanted > 0; --wanted) {
        while (!rest.isEmpty() && rest.front() == 0) { // a descriptor and a value in place of one
            rest = rest.sliced(1);
            ++wanted;
        }
        last = rest.isEmpty() ? std::nullopt : primitiveSpan(rest);
        if (!last)
            return {};
        rest = rest.sliced(last->content.data() + last->content.size() - rest.data());
    }
    bytes = rest;
    return last;
}

std::optional<std::vector<QByteArrayView>> amqpItems(QByteArrayView bytes) {
    const auto whole = skipAmqpValue(bytes);
    std::vector<QByteArrayView> items;
    if (!whole || whole->code == 0x45)
        return whole ? std::optional(items) : std::nullopt;
    const qsizetype countBytes = whole->code == 0xc0 || whole->code == 0xc1   ? 1
                                 : whole->code == 0xd0 || whole->code == 0xd1 ? 4
                                                                              : 0;
    if (countBytes == 0 || whole->content.size() < countBytes)
        return {};
    const quint64 count = countBytes == 1 ? static_cast<std::uint8_t>(whole->content.front())
                                          : qFromBigEndian<quint32>(whole->content.data());
    QByteArrayView rest = whole->content.sliced(countBytes);
    for (quint64 i = 0; i < count; ++i) {
        const QByteArrayView begin = rest;
        if (!skipAmqpValue(rest))
            return {};
        items.push_back(begin.first(begin.size() - rest.size()));
    }
    return rest.isEmpty() ? std::optional(std::move(items)) : std::nullopt;
}

QByteArrayView amqpEntry(QByteArrayView map, QByteArrayView key) {
    const bool isMap = !map.isEmpty() && (map.front() == '\xc1' || map.front() == '\xd1');
    const auto items = isMap ? amqpItems(map) : std::nullopt;
    for (std::size_t i = 0; items && i + 1 < items->size(); i += 2) {
        QByteArrayView name = (*items)[i];
        const auto span = skipAmqpValue(name);
        const int kind = span ? span->code & 0x0f : 0;
        if (span && span->code >= 0xa0 && span->code < 0xc0 && (kind == 1 || kind == 3) &&
            span->content == key)
            return (*items)[i + 1];
    }
    return {};
}

QByteArray amqpString(const QByteArray& utf8) {
    QByteArray size(4, '\0');
    qToBigEndian(static_cast<quint32>(utf8.size()), size.data());
    return utf8.size() < 256 ? QByteArray("\xa1") + static_cast<char>(utf8.size()) + utf8
                             : QByteArray("\xb1") + size + utf8;
}

std::optional<std::vector<HeaderValue>> amqp10::bodyValues(const Message& message) {
    if (bodyKindOf(message) == BodyKind::Data)
        return {};
    std::vector<HeaderValue> values;
    for (QByteArrayView rest = message.body; !rest.isEmpty();) {
        auto value = readAmqpValue(rest);
        if (!value)
            return {};
        values.push_back(std::move(*value));
    }
    return values;
}

} // namespace signalbox
