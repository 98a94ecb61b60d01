// Pieces of JSON text, appended to one growing array.
#pragma once

#include <QByteArray>

namespace signalbox {

// In quotation marks. The bytes are valid UTF-8.
void appendQuoted(QByteArray& out, QByteArrayView utf8);
// As text where the bytes are UTF-8, else {"base64": "..."}.
void appendBytes(QByteArray& out, QByteArrayView bytes);
// The shortest digits that read back to the same number; always with a point or an exponent, so that -0.0
// and 5.0 stay what they are. Not for numbers that are not finite.
void appendReal(QByteArray& out, double number);

// Where a string of the JSON text holds a control character that is not written as an escape, which RFC 8259
// forbids and lenient parsers let pass; -1 = nowhere. The text is JSON apart from that.
qsizetype bareControlInString(QByteArrayView json);

} // namespace signalbox
