#include "models/deadletters/readingaudit.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox {

namespace {

QString compact(const QJsonObject& object) {
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

} // namespace

AuditEvent readingEvent(const QString& actor, const QString& connectionName, const EntityRef& queue,
                        qint64 limit, const QString& start, bool keepBodies) {
    AuditEvent event;
    event.actor = actor;
    event.action = QStringLiteral("queue.read");
    event.connection = connectionName;
    event.subject = queue.name;
    event.outcome = QStringLiteral("ok");
    QJsonObject detail{{QStringLiteral("virtualHost"), queue.space},
                       {QStringLiteral("bodiesKept"), keepBodies}};
    if (limit > 0)
        detail.insert(QStringLiteral("first"), limit);
    if (!start.isEmpty())
        detail.insert(QStringLiteral("from"), start);
    event.detail = compact(detail);
    return event;
}

AuditEvent exportEvent(const QString& actor, const SnapshotInfo& from, const QString& file, qint64 messages) {
    AuditEvent event;
    event.actor = actor;
    event.action = QStringLiteral("messages.export");
    event.connection = from.connectionName;
    event.subject = from.source.name;
    event.outcome = QStringLiteral("ok");
    event.detail = compact({{QStringLiteral("file"), file}, {QStringLiteral("messages"), messages}});
    return event;
}

} // namespace signalbox
