// Reading the lines of an export file.
#pragma once

#include <QIODevice>
#include <algorithm>

namespace signalbox {

// Bytes; a longer line is cut and so no valid message. Room for any body a broker takes by default, in
// base64.
constexpr qint64 longestMessageLine = 512LL << 20;

// The next line with its end, at most longestMessageLine bytes. QIODevice::readLine(most) takes memory for
// `most` bytes at every call, and readLine() has no bound.
inline QByteArray readMessageLine(QIODevice& device) {
    constexpr qint64 piece = 64 << 10;
    QByteArray line;
    while (line.size() < longestMessageLine && !line.endsWith('\n')) {
        const QByteArray part = device.readLine(std::min(piece, longestMessageLine - line.size()));
        if (part.isEmpty())
            break;
        line += part;
    }
    return line;
}

} // namespace signalbox
