#include "views/widgets/words.h"
#include "views/widgets/freetr.h"

#include <QLocale>

namespace signalbox::words {

namespace {

constexpr qint64 minute = 60;
constexpr qint64 hour = 3600;

} // namespace

QString count(qint64 number) {
    return number < 0 ? tr("unknown") : QLocale().toString(number);
}

QString bytes(qint64 number) {
    return number < 0 ? tr("unknown") : QLocale().formattedDataSize(number, 1, QLocale::DataSizeSIFormat);
}

QString rate(double perSecond) {
    if (perSecond < 0)
        return {};
    const int decimals = perSecond > 0 && perSecond < 10 ? 1 : 0;
    return tr("%1/s").arg(QLocale().toString(perSecond, 'f', decimals));
}

QString duration(qint64 seconds) {
    if (seconds < 0)
        return {};
    if (seconds < minute)
        return tr("%1 s").arg(seconds);
    if (seconds < hour) {
        const qint64 rest = seconds % minute;
        return rest == 0 ? tr("%1 min").arg(seconds / minute)
                         : tr("%1 min %2 s").arg(seconds / minute).arg(rest);
    }
    const qint64 minutes = (seconds % hour) / minute;
    return minutes == 0 ? tr("%1 h").arg(seconds / hour) : tr("%1 h %2 min").arg(seconds / hour).arg(minutes);
}

QString timeLeft(qint64 seconds) {
    return seconds < 0 ? QString() : tr("%1 left").arg(duration(seconds));
}

QString when(const QDateTime& at) {
    return at.isValid() ? at.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) : QString();
}

QString whenExact(const QDateTime& at) {
    if (!at.isValid())
        return {};
    const QDateTime local = at.toLocalTime().toOffsetFromUtc(at.toLocalTime().offsetFromUtc());
    return local.toString(Qt::ISODateWithMs).replace(QLatin1Char('T'), QLatin1Char(' '));
}

} // namespace signalbox::words
