#include "app/cli/bodytext.h"

#include "app/cli/output.h"
#include "models/deadletters/snapshotbody.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype hexWidth = 16;
constexpr qsizetype mostLines = 40;
constexpr qsizetype mostLetters = 2000; // of one line

QStringList textLines(const QByteArray& bytes, bool full) {
    QStringList lines = QString::fromUtf8(bytes).split(QLatin1Char('\n'));
    if (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    const qsizetype all = lines.size();
    if (!full && all > mostLines)
        lines = lines.mid(0, mostLines);
    for (QString& line : lines) {
        line.remove(QLatin1Char('\r'));
        line = printable(line);
        if (!full && line.size() > mostLetters)
            line = line.left(mostLetters) +
                   QStringLiteral(" ... (%1 more letters; see --full)").arg(line.size() - mostLetters);
    }
    if (all > lines.size())
        lines << QStringLiteral("... (%1 more lines; see --full)").arg(all - lines.size());
    return lines;
}

QString hexLine(QByteArrayView part, qsizetype offset) {
    QString letters;
    for (const char byte : part)
        letters += byte >= 0x20 && byte < 0x7f ? QLatin1Char(byte) : QLatin1Char('.');
    return QStringLiteral("%1  %2  %3")
        .arg(offset, 8, 16, QLatin1Char('0'))
        .arg(QString::fromLatin1(part.toByteArray().toHex(' ')), -(hexWidth * 3 - 1))
        .arg(letters);
}

QStringList hexLines(const QByteArray& bytes, bool full) {
    QStringList lines;
    const qsizetype end = full ? bytes.size() : std::min(bytes.size(), mostLines * hexWidth);
    for (qsizetype offset = 0; offset < end; offset += hexWidth)
        lines << hexLine(QByteArrayView(bytes).sliced(offset, std::min(hexWidth, bytes.size() - offset)),
                         offset);
    if (end < bytes.size())
        lines << QStringLiteral("... (%1 more bytes; see --full)").arg(bytes.size() - end);
    return lines;
}

} // namespace

QStringList bodyLines(const Message& message, bool full) {
    constexpr qsizetype fullBytes = 256 << 20;
    constexpr qsizetype previewBytes = 1 << 20;
    const PlainBody plain = plainBody(message, full ? fullBytes : previewBytes);
    QString headline = QStringLiteral("Body, %1 bytes").arg(message.bodySize);
    if (plain.wrap == BodyWrap::Packed && message.properties.contentEncoding)
        headline += QStringLiteral(", %1 undone")
                        .arg(printable(QString::fromUtf8(*message.properties.contentEncoding)));
    else if (plain.wrap == BodyWrap::UndeclaredGzip)
        headline += QStringLiteral(", gzip undone");
    else if (plain.wrap == BodyWrap::LegacyFrame)
        headline += QStringLiteral(", taken out of the frame of .NET's older serializer");
    else if (plain.wrap != BodyWrap::None)
        headline += QStringLiteral(", an AMQP value");
    if (!message.bodyComplete)
        headline += QStringLiteral(", CUT: only %1 bytes are here, so it can never be replayed")
                        .arg(message.body.size());
    else if (!plain.whole)
        headline += QStringLiteral(", only the beginning is shown");
    return QStringList(headline) << (looksLikeText(plain.bytes) ? textLines(plain.bytes, full)
                                                                : hexLines(plain.bytes, full));
}

} // namespace signalbox
