#include "models/deadletters/streamstart.h"

namespace signalbox {

namespace {

tl::unexpected<Error> wrongStart(const QString& text) {
    return failure(ErrorKind::Invalid,
                   QStringLiteral("\"%1\" is no place to begin: say first, last, offset:1200 (on Service "
                                  "Bus sequence:1200) or time:2026-11-23T10:00:00Z.")
                       .arg(text));
}

} // namespace

Result<StreamStart> streamStartFromText(const QString& text, const QDateTime& now) {
    using Kind = StreamStart::Kind;
    const QString word = text.trimmed();
    if (word.compare(QLatin1String("first"), Qt::CaseInsensitive) == 0)
        return StreamStart{Kind::First, 0, {}};
    if (word.compare(QLatin1String("last"), Qt::CaseInsensitive) == 0)
        return StreamStart{Kind::Last, 0, {}};
    if (word.startsWith(QLatin1String("offset:"), Qt::CaseInsensitive) ||
        word.startsWith(QLatin1String("sequence:"), Qt::CaseInsensitive)) {
        bool isNumber = false;
        const qint64 offset = word.mid(word.indexOf(QLatin1Char(':')) + 1).toLongLong(&isNumber);
        if (isNumber && offset >= 0)
            return StreamStart{Kind::Offset, offset, {}};
    }
    if (word.startsWith(QLatin1String("time:"), Qt::CaseInsensitive)) {
        QDateTime time = QDateTime::fromString(word.mid(5), Qt::ISODate);
        if (time.isValid()) {
            if (time.timeSpec() == Qt::LocalTime)
                time.setTimeSpec(Qt::UTC);
            if (time > now)
                return failure(
                    ErrorKind::Invalid,
                    QStringLiteral(
                        "%1 lies ahead: nothing was written then yet. Give a time that has passed.")
                        .arg(word.mid(5)));
            return StreamStart{Kind::Timestamp, 0, time.toUTC()};
        }
    }
    return wrongStart(text);
}

QString streamStartText(const StreamStart& start, bool isServiceBus) {
    switch (start.kind) {
    case StreamStart::Kind::First:
        return {};
    case StreamStart::Kind::Last:
        return QStringLiteral("the last chunk");
    case StreamStart::Kind::Next:
        return QStringLiteral("the next message");
    case StreamStart::Kind::Offset:
        return (isServiceBus ? QStringLiteral("sequence number %1") : QStringLiteral("offset %1"))
            .arg(start.offset);
    case StreamStart::Kind::Timestamp:
        return start.timestamp.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'"));
    }
    return {};
}

} // namespace signalbox
