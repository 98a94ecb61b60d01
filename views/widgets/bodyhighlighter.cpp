#include "views/widgets/bodyhighlighter.h"

#include "views/widgets/tones.h"

#include <QGuiApplication>
#include <QRegularExpression>

namespace signalbox {

BodyHighlighter::BodyHighlighter(QTextDocument* document)
    : QSyntaxHighlighter(document) {}

void BodyHighlighter::setKind(BodyKind kind) {
    kind_ = kind;
    rehighlight();
}

void BodyHighlighter::highlightBlock(const QString& text) {
    constexpr qsizetype longest = 5000; // a document in one line would cost more than its colours are worth
    if (text.size() > longest)
        return;
    if (kind_ == BodyKind::Json)
        highlightJson(text);
    else if (kind_ == BodyKind::Xml)
        highlightXml(text);
}

void BodyHighlighter::highlightJson(const QString& text) {
    static const QRegularExpression token(
        QStringLiteral("(\"(?:[^\"\\\\]|\\\\.)*\")(\\s*:)?|(-?\\d[\\d.eE+-]*)|\\b(true|false|null)\\b"));
    const QPalette palette = QGuiApplication::palette();
    for (auto match = token.globalMatch(text); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        const bool isKey = found.capturedLength(2) > 0;
        const Tone tone = found.capturedLength(1) > 0   ? (isKey ? Tone::Accent : Tone::Ok)
                          : found.capturedLength(3) > 0 ? Tone::Warn
                                                        : Tone::Info;
        const int group = found.capturedLength(1) > 0 ? 1 : 0;
        setFormat(static_cast<int>(found.capturedStart(group)), static_cast<int>(found.capturedLength(group)),
                  toneOf(tone, palette));
    }
}

void BodyHighlighter::highlightXml(const QString& text) {
    static const QRegularExpression token(
        QStringLiteral("(</?[\\w:.-]+|/?>)|([\\w:.-]+)(?==)|(\"[^\"]*\")|(<!--.*?-->)"));
    const QPalette palette = QGuiApplication::palette();
    for (auto match = token.globalMatch(text); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        const Tone tone = found.capturedLength(1) > 0   ? Tone::Accent
                          : found.capturedLength(2) > 0 ? Tone::Warn
                          : found.capturedLength(3) > 0 ? Tone::Ok
                                                        : Tone::TextDim;
        setFormat(static_cast<int>(found.capturedStart()), static_cast<int>(found.capturedLength()),
                  toneOf(tone, palette));
    }
}

} // namespace signalbox
