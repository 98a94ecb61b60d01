#include "models/messaging/failuretext.h"

#include <QRegularExpression>
#include <QUrl>

namespace signalbox {

namespace {

constexpr qsizetype scanned = 16 * 1024; // a dump tells its type early; its tail may be megabytes

const QRegularExpression& causePattern() {
    static const QRegularExpression pattern(QStringLiteral("^Caused by: ([\\w.$]+)(?:: ([^\\r\\n]*))?"),
                                            QRegularExpression::MultilineOption);
    return pattern;
}

// Rebus writes "1 unhandled exceptions: 05/04/2024 10:20:30 +00:00: System.Exception: text".
const QRegularExpression& typePattern() {
    static const QRegularExpression pattern(
        QStringLiteral(
            "(?:^|[\\s:>])((?:[A-Za-z_][\\w+`$]*\\.)*(?:[A-Za-z_][\\w+`$]*)?(?:Exception|Error|Fault))(?:: "
            "([^\\r\\n]*))?(?:\\r?$|\\s+at\\s)"),
        QRegularExpression::MultilineOption);
    return pattern;
}

int digits(QStringView text, qsizetype from, qsizetype count) {
    int number = 0;
    for (qsizetype i = from; i < from + count; ++i) {
        if (i >= text.size() || text[i] < QLatin1Char('0') || text[i] > QLatin1Char('9'))
            return -1;
        number = number * 10 + text[i].digitValue();
    }
    return number;
}

// "", "Z", "+02:00", "-0530" in seconds; nothing if it is none of these.
std::optional<int> zoneSeconds(QStringView zone) {
    if (zone.isEmpty() || zone == QLatin1String("Z"))
        return 0;
    const bool isSigned = zone[0] == QLatin1Char('+') || zone[0] == QLatin1Char('-');
    const qsizetype minutesAt = zone.size() == 6 && zone[3] == QLatin1Char(':') ? 4 : 3;
    const int hours = digits(zone, 1, 2);
    const int minutes = digits(zone, minutesAt, 2);
    if (!isSigned || zone.size() != minutesAt + 2 || hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
        return std::nullopt;
    const int seconds = hours * 3600 + minutes * 60;
    return zone[0] == QLatin1Char('-') ? -seconds : seconds;
}

} // namespace

ExceptionWords exceptionWords(const QString& dump) {
    const QString start = dump.left(scanned);
    auto match = causePattern().match(start);
    if (!match.hasMatch())
        match = typePattern().match(start);
    if (!match.hasMatch())
        return {};
    return {match.captured(1), match.captured(2).trimmed()};
}

QDateTime failureTime(QStringView text) {
    text = text.trimmed();
    const bool isShaped = text.size() >= 19 && text[4] == QLatin1Char('-') && text[7] == QLatin1Char('-') &&
                          (text[10] == QLatin1Char('T') || text[10] == QLatin1Char(' ')) &&
                          text[13] == QLatin1Char(':') && text[16] == QLatin1Char(':');
    if (!isShaped)
        return {};
    const QDate date(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
    qsizetype at = 19;
    int ms = 0;
    if (at < text.size() && QStringView(u".:,").contains(text[at])) { // NServiceBus divides by a colon
        int weight = 100;
        for (++at; at < text.size() && digits(text, at, 1) >= 0; ++at, weight /= 10)
            ms += digits(text, at, 1) * weight;
    }
    const QTime time(digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2), ms);
    const auto zone = zoneSeconds(text.sliced(at).trimmed());
    if (!date.isValid() || !time.isValid() || !zone)
        return {};
    return QDateTime(date, time, Qt::UTC).addSecs(-*zone);
}

QString queueOfAddress(const QString& address) {
    if (!address.contains(QLatin1String("://")))
        return address;
    const QString path = address.section(QLatin1Char('?'), 0, 0);
    return QUrl::fromPercentEncoding(path.mid(path.lastIndexOf(QLatin1Char('/')) + 1).toUtf8());
}

QString plainTypeName(const QString& name) {
    const QString urn = QStringLiteral("urn:message:");
    if (name.startsWith(urn))
        return name.mid(urn.size()).replace(QLatin1Char(':'), QLatin1Char('.'));
    QString first = name.section(QLatin1Char(';'), 0, 0).trimmed();
    // Generic arguments hold commas of their own: "Shop.Batch`1[[Shop.Order, Shop]], Shop".
    int open = 0;
    for (qsizetype i = 0; i < first.size(); ++i) {
        open += first.at(i) == QLatin1Char('[') ? 1 : first.at(i) == QLatin1Char(']') ? -1 : 0;
        if (first.at(i) == QLatin1Char(',') && open <= 0)
            return first.left(i).trimmed();
    }
    return first;
}

} // namespace signalbox
