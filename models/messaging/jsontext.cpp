#include "models/messaging/jsontext.h"

#include "models/messaging/utf8.h"

#include <QLocale>

namespace signalbox {

namespace {

void appendEscape(QByteArray& out, char sign) {
    switch (sign) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        constexpr char digits[] = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(sign);
        out += "\\u00";
        out += digits[code >> 4];
        out += digits[code & 0xF];
    }
}

} // namespace

void appendQuoted(QByteArray& out, QByteArrayView utf8) {
    out += '"';
    qsizetype start = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const char sign = utf8[i];
        const bool isPlain = static_cast<unsigned char>(sign) >= 0x20 && sign != '"' && sign != '\\';
        if (isPlain)
            continue;
        out.append(utf8.sliced(start, i - start));
        appendEscape(out, sign);
        start = i + 1;
    }
    out.append(utf8.sliced(start));
    out += '"';
}

void appendBytes(QByteArray& out, QByteArrayView bytes) {
    if (isUtf8(bytes)) {
        appendQuoted(out, bytes);
        return;
    }
    out += "{\"base64\":\"";
    out += QByteArray::fromRawData(bytes.data(), bytes.size()).toBase64();
    out += "\"}";
}

void appendReal(QByteArray& out, double number) {
    const QByteArray digits = QByteArray::number(number, 'g', QLocale::FloatingPointShortest);
    out += digits;
    if (!digits.contains('.') && !digits.contains('e'))
        out += ".0";
}

qsizetype bareControlInString(QByteArrayView json) {
    bool inString = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char sign = json[i];
        if (sign == '"')
            inString = !inString;
        else if (inString && sign == '\\')
            ++i; // the sign it escapes
        else if (inString && static_cast<unsigned char>(sign) < 0x20)
            return i;
    }
    return -1;
}

} // namespace signalbox
