#include "app/servicebus/targetpath.h"

#include <QUrl>

namespace signalbox::servicebus {

QString pathOfTarget(const QString& target) {
    if (!target.contains(QLatin1String("://")))
        return target;
    QString path = QUrl(target).path(QUrl::FullyDecoded);
    while (path.startsWith(QLatin1Char('/')))
        path.remove(0, 1);
    while (path.endsWith(QLatin1Char('/')))
        path.chop(1);
    return path;
}

QString addressOfTarget(const QString& host, const QString& target) {
    if (target.isEmpty() || target.contains(QLatin1String("://")))
        return target;
    return QStringLiteral("sb://%1/%2").arg(host, QString::fromLatin1(QUrl::toPercentEncoding(target, "/")));
}

} // namespace signalbox::servicebus
