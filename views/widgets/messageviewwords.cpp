#include "views/widgets/messageviewwords.h"
#include "views/widgets/freetr.h"

namespace signalbox {

DeathWords deathWords(const QString& reason) {
    if (reason == QLatin1String("rejected"))
        return {tr("rejected"), tr("A consumer rejected it and did not want it back."),
                QStringLiteral("blocked"), Tone::Error};
    if (reason == QLatin1String("expired"))
        return {tr("expired"), tr("It waited longer than its time to live."), QStringLiteral("wait"),
                Tone::Warn};
    if (reason == QLatin1String("maxlen"))
        return {tr("queue full"), tr("The queue was longer than its limit."), QStringLiteral("list"),
                Tone::Warn};
    if (reason == QLatin1String("delivery_limit"))
        return {tr("delivery limit"), tr("It was delivered more often than the queue allows."),
                QStringLiteral("replays"), Tone::Error};
    if (reason.isEmpty())
        return {{}, tr("The message does not tell why it died."), QStringLiteral("question"), Tone::TextDim};
    return {reason, {}, QStringLiteral("error"), Tone::Error};
}

QString oneLine(const QString& text, qsizetype limit) {
    QString line = text.left(limit);
    for (QChar& c : line) {
        if (c == QLatin1Char('\n') || c == QLatin1Char('\r') || c == QLatin1Char('\t'))
            c = QLatin1Char(' ');
        else if (c.category() == QChar::Other_Control)
            c = QChar(0xFFFD);
    }
    line = line.trimmed();
    if (text.size() > limit)
        line += QChar(0x2026);
    return line;
}

QString oneLine(const QByteArray& bytes, qsizetype limit) {
    // Four bytes a character at most, so that a huge value is not converted whole for one line.
    const bool cut = bytes.size() > 4 * limit;
    return oneLine(QString::fromUtf8(cut ? bytes.left(4 * limit) : bytes), limit);
}

} // namespace signalbox
