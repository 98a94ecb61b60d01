#include "views/activity/actionwords.h"

#include <QCoreApplication>
#include <QHash>

namespace signalbox {

QString actionText(const QString& action) {
    static const QHash<QString, const char*> texts{
        {QStringLiteral("connection.add"), QT_TRANSLATE_NOOP("Actions", "Connection added")},
        {QStringLiteral("connection.change"), QT_TRANSLATE_NOOP("Actions", "Connection changed")},
        {QStringLiteral("connection.remove"), QT_TRANSLATE_NOOP("Actions", "Connection removed")},
        {QStringLiteral("connection.open"), QT_TRANSLATE_NOOP("Actions", "Connected")},
        {QStringLiteral("queue.read"), QT_TRANSLATE_NOOP("Actions", "Queue read")},
        {QStringLiteral("messages.export"), QT_TRANSLATE_NOOP("Actions", "Messages exported")},
        {QStringLiteral("elevation.grant"), QT_TRANSLATE_NOOP("Actions", "Elevated")},
        {QStringLiteral("elevation.end"), QT_TRANSLATE_NOOP("Actions", "Elevation ended")},
        {QStringLiteral("replay.plan"), QT_TRANSLATE_NOOP("Actions", "Replay accepted")},
        {QStringLiteral("replay.start"), QT_TRANSLATE_NOOP("Actions", "Replay started")},
        {QStringLiteral("replay.end"), QT_TRANSLATE_NOOP("Actions", "Replay ended")},
        {QStringLiteral("replay.decide"), QT_TRANSLATE_NOOP("Actions", "Doubts decided")},
        {QStringLiteral("replay.abandon"), QT_TRANSLATE_NOOP("Actions", "Run given up")},
        {QStringLiteral("delete.plan"), QT_TRANSLATE_NOOP("Actions", "Delete accepted")},
        {QStringLiteral("delete.start"), QT_TRANSLATE_NOOP("Actions", "Delete started")},
        {QStringLiteral("delete.end"), QT_TRANSLATE_NOOP("Actions", "Delete ended")},
        {QStringLiteral("dead-letter.plan"), QT_TRANSLATE_NOOP("Actions", "Dead-lettering accepted")},
        {QStringLiteral("dead-letter.start"), QT_TRANSLATE_NOOP("Actions", "Dead-lettering started")},
        {QStringLiteral("dead-letter.end"), QT_TRANSLATE_NOOP("Actions", "Dead-lettering ended")},
        {QStringLiteral("restore.plan"), QT_TRANSLATE_NOOP("Actions", "Restore accepted")},
        {QStringLiteral("restore.start"), QT_TRANSLATE_NOOP("Actions", "Restore started")},
        {QStringLiteral("restore.end"), QT_TRANSLATE_NOOP("Actions", "Restore ended")},
        {QStringLiteral("import.plan"), QT_TRANSLATE_NOOP("Actions", "Import accepted")},
        {QStringLiteral("import.start"), QT_TRANSLATE_NOOP("Actions", "Import started")},
        {QStringLiteral("import.end"), QT_TRANSLATE_NOOP("Actions", "Import ended")},
        {QStringLiteral("entity.status.start"), QT_TRANSLATE_NOOP("Actions", "Status change started")},
        {QStringLiteral("entity.status.end"), QT_TRANSLATE_NOOP("Actions", "Status changed")},
        {QStringLiteral("entity.delete.start"), QT_TRANSLATE_NOOP("Actions", "Deletion of entity started")},
        {QStringLiteral("entity.delete.end"), QT_TRANSLATE_NOOP("Actions", "Entity deleted")},
        {QStringLiteral("rule.add.start"), QT_TRANSLATE_NOOP("Actions", "Addition of rule started")},
        {QStringLiteral("rule.add.end"), QT_TRANSLATE_NOOP("Actions", "Rule added")},
        {QStringLiteral("rule.replace.start"), QT_TRANSLATE_NOOP("Actions", "Replacement of rule started")},
        {QStringLiteral("rule.replace.end"), QT_TRANSLATE_NOOP("Actions", "Rule replaced")},
        {QStringLiteral("rule.delete.start"), QT_TRANSLATE_NOOP("Actions", "Deletion of rule started")},
        {QStringLiteral("rule.delete.end"), QT_TRANSLATE_NOOP("Actions", "Rule deleted")},
        {QStringLiteral("purge"), QT_TRANSLATE_NOOP("Actions", "Queue purged")},
        {QStringLiteral("purge.start"), QT_TRANSLATE_NOOP("Actions", "Purge started")},
        {QStringLiteral("purge.end"), QT_TRANSLATE_NOOP("Actions", "Purge ended")},
    };
    const char* text = texts.value(action, nullptr);
    return text ? QCoreApplication::translate("Actions", text) : action;
}

} // namespace signalbox
