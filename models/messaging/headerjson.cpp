#include "models/messaging/headerjson.h"

#include "models/messaging/jsontext.h"

#include <array>
#include <bit>
#include <cmath>

namespace signalbox {

namespace {

// In the order of ValueKind.
constexpr std::array<const char*, static_cast<std::size_t>(lastKind) + 1> kindWords = {
    "void",         "bool",      "int8",      "uint8",      "int16",  "uint16",  "int32",
    "uint32",       "int64",     "uint64",    "float",      "double", "decimal", "timestamp",
    "string",       "bytes",     "array",     "table",      "symbol", "char",    "uuid",
    "milliseconds", "decimal32", "decimal64", "decimal128", "map",    "uniform", "described",
};

void appendArray(QByteArray& out, const HeaderValue::Array& array, qsizetype limit) {
    out += '[';
    for (std::size_t i = 0; i < array.size() && out.size() <= limit; ++i) {
        out += i == 0 ? "{" : ",{";
        appendValueMembers(out, array[i], limit);
        out += '}';
    }
    out += ']';
}

void appendDouble(QByteArray& out, double number) {
    if (std::isfinite(number)) {
        appendReal(out, number);
        return;
    }
    out += "{\"bits\":\"";
    out += QByteArray::number(static_cast<quint64>(std::bit_cast<std::uint64_t>(number)), 16)
               .rightJustified(16, '0');
    out += "\"}";
}

void appendValue(QByteArray& out, const HeaderValue& value, qsizetype limit) {
    if (const auto* flag = std::get_if<bool>(&value.data)) {
        out += *flag ? "true" : "false";
    } else if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
        out += QByteArray::number(static_cast<qint64>(*integer));
    } else if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
        out += QByteArray::number(static_cast<quint64>(*natural));
    } else if (const auto* real = std::get_if<double>(&value.data)) {
        appendDouble(out, *real);
    } else if (const auto* decimal = std::get_if<Decimal>(&value.data)) {
        out += "{\"scale\":" + QByteArray::number(decimal->scale) +
               ",\"unscaled\":" + QByteArray::number(decimal->unscaled) + '}';
    } else if (const QByteArray* bytes = value.asBytes()) {
        if (value.kind == ValueKind::Uuid)
            out += '"' + headerText(value) + '"';
        else if (value.kind != ValueKind::String && value.kind != ValueKind::Symbol)
            out += '"' + bytes->toBase64() + '"';
        else
            appendBytes(out, *bytes);
    } else if (const HeaderValue::Array* array = value.asArray()) {
        appendArray(out, *array, limit);
    } else if (const HeaderValue::Table* table = value.asTable()) {
        appendHeaderList(out, *table, limit);
    } else {
        out += "null";
    }
}

} // namespace

const char* kindWord(ValueKind kind) {
    return kindWords.at(static_cast<std::size_t>(kind));
}

std::optional<ValueKind> kindOfWord(QByteArrayView word) {
    for (std::size_t i = 0; i < kindWords.size(); ++i) {
        if (word == QByteArrayView(kindWords[i]))
            return static_cast<ValueKind>(i);
    }
    return std::nullopt;
}

void appendHeaderList(QByteArray& out, const HeaderTable& headers, qsizetype limit) {
    out += '[';
    for (std::size_t i = 0; i < headers.size() && out.size() <= limit; ++i) {
        out += i == 0 ? "{\"name\":" : ",{\"name\":";
        appendBytes(out, headers[i].name);
        out += ',';
        appendValueMembers(out, headers[i].value, limit);
        out += '}';
    }
    out += ']';
}

void appendValueMembers(QByteArray& out, const HeaderValue& value, qsizetype limit) {
    out += "\"type\":\"";
    out += kindWord(value.kind);
    out += "\",\"value\":";
    appendValue(out, value, limit);
}

} // namespace signalbox
