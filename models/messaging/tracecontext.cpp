#include "models/messaging/tracecontext.h"

#include <QRegularExpression>

namespace signalbox {

std::optional<TraceContext> traceOf(const Message& message) {
    static const QRegularExpression w3c(
        QStringLiteral("^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}"));
    constexpr qsizetype longest = 500;
    for (const char* name : {"traceparent", "Diagnostic-Id", "Request-Id"}) {
        const HeaderValue* value = message.header(name);
        const QString text =
            value ? QString::fromUtf8(headerText(*value)).trimmed().left(longest) : QString();
        if (text.isEmpty())
            continue;
        const auto match = w3c.match(text);
        return match.hasMatch()
                   ? TraceContext{match.captured(1), match.captured(2), QString::fromLatin1(name)}
                   : TraceContext{text, {}, QString::fromLatin1(name)};
    }
    return {};
}

QString traceText(const TraceContext& trace) {
    return trace.spanId.isEmpty() ? trace.traceId
                                  : QStringLiteral("%1, span %2").arg(trace.traceId, trace.spanId);
}

} // namespace signalbox
