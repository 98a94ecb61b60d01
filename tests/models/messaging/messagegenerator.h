// Seeded random messages that use every property, every kind of header value, text that is no UTF-8 and
// numbers at the ends of their ranges. The same seed gives the same messages everywhere.
#pragma once

#include "models/messaging/message.h"

#include <bit>
#include <limits>
#include <random>

namespace signalbox {

class MessageGenerator {
public:
    explicit MessageGenerator(unsigned seed)
        : random_(seed) {}

    Message message() {
        Message made;
        made.exchange = bytes(20);
        made.routingKey = bytes(40);
        made.redelivered = chance(2);
        made.properties = properties();
        made.body = bytes(300);
        made.bodySize = made.body.size();
        return made;
    }

    MessageProperties properties() {
        MessageProperties made;
        for (auto* text :
             {&made.contentType, &made.contentEncoding, &made.correlationId, &made.replyTo, &made.expiration,
              &made.messageId, &made.type, &made.userId, &made.appId, &made.clusterId}) {
            if (chance(2))
                *text = bytes(30);
        }
        if (chance(2))
            made.deliveryMode = static_cast<std::uint8_t>(below(256));
        if (chance(2))
            made.priority = static_cast<std::uint8_t>(below(256));
        if (chance(2))
            made.timestamp = natural(64);
        if (chance(4) || chance(2))
            made.headers = table(3);
        if (chance(4))
            made.amqp10 = table(3);
        return made;
    }

    HeaderTable table(int depth) {
        HeaderTable made;
        for (unsigned i = below(6); i > 0; --i)
            made.push_back({bytes(12), value(depth)});
        return made;
    }

    HeaderValue value(int depth) {
        const auto kind = static_cast<ValueKind>(below(static_cast<std::size_t>(lastKind) + 1));
        return depth <= 0 && isNesting(kind) ? value(ValueKind::String, depth) : value(kind, depth);
    }

    static bool isNesting(ValueKind kind) {
        return kind == ValueKind::Array || kind == ValueKind::Table || kind >= ValueKind::Map;
    }

    HeaderValue value(ValueKind kind, int depth) {
        HeaderValue made;
        made.kind = kind;
        switch (kind) {
        case ValueKind::Void:
            break;
        case ValueKind::Bool:
            made.data = chance(2);
            break;
        case ValueKind::Int8:
            made.data = integer(8);
            break;
        case ValueKind::UInt8:
            made.data = natural(8);
            break;
        case ValueKind::Int16:
            made.data = integer(16);
            break;
        case ValueKind::UInt16:
            made.data = natural(16);
            break;
        case ValueKind::Int32:
            made.data = integer(32);
            break;
        case ValueKind::UInt32:
        case ValueKind::Char:
            made.data = natural(32);
            break;
        case ValueKind::Int64:
        case ValueKind::Timestamp:
        case ValueKind::Milliseconds:
            made.data = integer(64);
            break;
        case ValueKind::UInt64:
            made.data = natural(64);
            break;
        case ValueKind::Float:
            made.data = static_cast<double>(static_cast<float>(real()));
            break;
        case ValueKind::Double:
            made.data = real();
            break;
        case ValueKind::Decimal:
            made.data =
                Decimal{static_cast<std::uint8_t>(below(256)), static_cast<std::uint32_t>(natural(32))};
            break;
        case ValueKind::String:
        case ValueKind::Bytes:
        case ValueKind::Symbol:
            made.data = bytes(40);
            break;
        case ValueKind::Uuid:
        case ValueKind::Decimal128:
            made.data = exactly(16);
            break;
        case ValueKind::Decimal32:
            made.data = exactly(4);
            break;
        case ValueKind::Decimal64:
            made.data = exactly(8);
            break;
        case ValueKind::Array:
        case ValueKind::Uniform:
            made.data = values(below(5), depth - 1);
            break;
        case ValueKind::Map:
            made.data = values(2 * below(3), depth - 1);
            break;
        case ValueKind::Described:
            made.data = values(2, depth - 1);
            break;
        case ValueKind::Table:
            made.data = table(depth - 1);
            break;
        }
        return made;
    }

    QByteArray bytes(unsigned longest) {
        static const QByteArray signs[] = {"\"", "\\", "\n", "\r", "\t",     "\x7f",
                                           "/",  "ä",  "€",  "𝄞",  "\u2028", "{"};
        const unsigned style = below(4);
        QByteArray made;
        for (unsigned i = below(longest + 1); i > 0; --i) {
            if (style == 0)
                made += static_cast<char>(below(256)); // mostly no UTF-8
            else if (style == 1)
                made += signs[below(std::size(signs))];
            else if (style == 2)
                made += static_cast<char>(below(0x20)); // control signs, NUL among them
            else
                made += static_cast<char>('a' + below(26));
        }
        return made;
    }

    QByteArray exactly(int size) {
        QByteArray made;
        for (int i = 0; i < size; ++i)
            made += static_cast<char>(below(256));
        return made;
    }

    HeaderValue::Array values(unsigned count, int depth) {
        HeaderValue::Array items;
        for (unsigned i = 0; i < count; ++i)
            items.push_back(value(depth));
        return items;
    }

    unsigned below(std::size_t end) { return static_cast<unsigned>(random_() % end); }
    bool chance(unsigned oneIn) { return below(oneIn) == 0; }

private:
    std::uint64_t natural(int bits) {
        const std::uint64_t most = std::numeric_limits<std::uint64_t>::max() >> (64 - bits);
        const std::uint64_t ends[] = {0, 1, most, most - 1, most / 2, most / 2 + 1};
        return chance(3) ? ends[below(std::size(ends))] : random_() & most;
    }

    std::int64_t integer(int bits) {
        const std::int64_t most = std::numeric_limits<std::int64_t>::max() >> (64 - bits);
        const std::int64_t ends[] = {0, 1, -1, most, -most - 1, most - 1};
        return chance(3) ? ends[below(std::size(ends))] : static_cast<std::int64_t>(random_()) % most;
    }

    double real() {
        using Limits = std::numeric_limits<double>;
        const double ends[] = {0.0,
                               -0.0,
                               5.0,
                               -1e20,
                               0.1,
                               1.0 / 3,
                               1e-300,
                               Limits::max(),
                               Limits::denorm_min(),
                               Limits::infinity(),
                               -Limits::infinity(),
                               9007199254740993.0};
        if (chance(2))
            return ends[below(std::size(ends))];
        const double any = std::bit_cast<double>(random_());
        return any == any ? any : 1.5; // NaN is never equal to itself; it has tests of its own
    }

    std::mt19937_64 random_;
};

} // namespace signalbox
