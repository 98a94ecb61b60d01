#include "models/messaging/headervalue.h"

#include "models/messaging/utf8.h"

#include <QDateTime>
#include <QUuid>
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace signalbox {

namespace {

HeaderValue made(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

QByteArray quoted(const QByteArray& text) {
    QByteArray out = text;
    out.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + out + '"';
}

QByteArray nested(const HeaderValue& value) {
    const bool isText = value.kind == ValueKind::String || value.kind == ValueKind::Bytes ||
                        value.kind == ValueKind::Timestamp || value.kind == ValueKind::Symbol ||
                        value.kind == ValueKind::Uuid || value.kind == ValueKind::Milliseconds ||
                        value.kind == ValueKind::Char;
    return isText                          ? quoted(headerText(value))
           : value.kind == ValueKind::Void ? QByteArray("null")
                                           : headerText(value);
}

// The fewest digits that tell it from its neighbours of the same width.
template<class Real>
QByteArray realText(Real number) {
    std::array<char, 64> digits{};
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return {digits.data(), done.ptr - digits.data()};
}

QByteArray decimalText(const Decimal& decimal) {
    QByteArray digits = QByteArray::number(static_cast<quint32>(decimal.unscaled));
    if (decimal.scale == 0)
        return digits;
    if (digits.size() <= decimal.scale)
        digits.prepend(QByteArray(decimal.scale - digits.size() + 1, '0'));
    digits.insert(digits.size() - decimal.scale, '.');
    return digits;
}

// Years 0 to 9999; anything else is shown as the number it is.
QByteArray timeText(std::int64_t seconds) {
    constexpr std::int64_t first = -62167219200;
    constexpr std::int64_t last = 253402300799;
    if (seconds < first || seconds > last)
        return QByteArray::number(static_cast<qint64>(seconds));
    return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODate).toLatin1();
}

QByteArray millisecondsText(std::int64_t ms) {
    const std::int64_t rest = (ms % 1000 + 1000) % 1000;
    const QByteArray seconds = timeText(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
    if (!seconds.endsWith('Z'))
        return QByteArray::number(static_cast<qint64>(ms));
    return seconds.chopped(1) + '.' + QByteArray::number(static_cast<qint64>(rest)).rightJustified(3, '0') +
           'Z';
}

QByteArray charText(std::uint64_t point) {
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return QByteArray::number(static_cast<quint64>(point));
    const auto one = static_cast<char32_t>(point);
    return QString::fromUcs4(&one, 1).toUtf8();
}

} // namespace

bool HeaderValue::operator==(const HeaderValue& other) const {
    return kind == other.kind && data == other.data;
}

bool Header::operator==(const Header& other) const {
    return name == other.name && value == other.value;
}

HeaderValue HeaderValue::string(QByteArray bytes) {
    return made(ValueKind::String, std::move(bytes));
}
HeaderValue HeaderValue::int64(std::int64_t number) {
    return made(ValueKind::Int64, number);
}
HeaderValue HeaderValue::boolean(bool value) {
    return made(ValueKind::Bool, value);
}
HeaderValue HeaderValue::table(Table entries) {
    return made(ValueKind::Table, std::move(entries));
}
HeaderValue HeaderValue::array(Array entries) {
    return made(ValueKind::Array, std::move(entries));
}

const HeaderValue* findHeader(const HeaderTable& headers, QByteArrayView name) {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const Header& header) {
        return QByteArrayView(header.name) == name;
    });
    return found == headers.end() ? nullptr : &found->value;
}

void setHeader(HeaderTable& headers, QByteArrayView name, HeaderValue value) {
    for (Header& header : headers) {
        if (QByteArrayView(header.name) == name) {
            header.value = std::move(value);
            return;
        }
    }
    headers.push_back({name.toByteArray(), std::move(value)});
}

void removeHeader(HeaderTable& headers, QByteArrayView name) {
    std::erase_if(headers, [name](const Header& header) { return QByteArrayView(header.name) == name; });
}

bool headerInteger(const HeaderValue& value, std::int64_t* out) {
    if (value.kind == ValueKind::Timestamp || value.kind == ValueKind::Milliseconds ||
        value.kind == ValueKind::Char)
        return false;
    if (const auto* number = std::get_if<std::int64_t>(&value.data)) {
        *out = *number;
        return true;
    }
    const auto* number = std::get_if<std::uint64_t>(&value.data);
    if (!number || *number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return false;
    *out = static_cast<std::int64_t>(*number);
    return true;
}

QByteArray headerText(const HeaderValue& value) {
    if (const auto* flag = std::get_if<bool>(&value.data))
        return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value.data))
        return value.kind == ValueKind::Timestamp      ? timeText(*number)
               : value.kind == ValueKind::Milliseconds ? millisecondsText(*number)
                                                       : QByteArray::number(static_cast<qint64>(*number));
    if (const auto* number = std::get_if<std::uint64_t>(&value.data))
        return value.kind == ValueKind::Char ? charText(*number)
                                             : QByteArray::number(static_cast<quint64>(*number));
    if (const auto* number = std::get_if<double>(&value.data))
        return value.kind == ValueKind::Float ? realText(static_cast<float>(*number)) : realText(*number);
    if (const auto* decimal = std::get_if<Decimal>(&value.data))
        return decimalText(*decimal);
    if (const QByteArray* bytes = value.asBytes()) {
        if (value.kind == ValueKind::Uuid)
            return QUuid::fromRfc4122(*bytes).toByteArray(QUuid::WithoutBraces);
        if (value.kind >= ValueKind::Decimal32 && value.kind <= ValueKind::Decimal128)
            return "0x" + bytes->toHex();
        return value.kind == ValueKind::String || isUtf8(*bytes) ? *bytes : bytes->toBase64();
    }
    QByteArray out;
    if (const HeaderValue::Array* array = value.asArray()) {
        for (const HeaderValue& item : *array)
            out += (out.isEmpty() ? QByteArray() : QByteArray(", ")) + nested(item);
        return '[' + out + ']';
    }
    if (const HeaderValue::Table* table = value.asTable()) {
        for (const Header& entry : *table)
            out += (out.isEmpty() ? QByteArray() : QByteArray(", ")) + quoted(entry.name) + ": " +
                   nested(entry.value);
        return '{' + out + '}';
    }
    return {};
}

} // namespace signalbox
