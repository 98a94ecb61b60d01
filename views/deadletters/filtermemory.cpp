#include "views/deadletters/filtermemory.h"

#include <QCryptographicHash>

namespace signalbox {

namespace {

// Names may hold anything, slashes too, which would make groups of the settings.
QString memoryKey(const QString& part, const QString& name) {
    const QByteArray hash = QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStringLiteral("deadletters/%1/%2").arg(part, QString::fromLatin1(hash));
}

QString filterKey(const EntityRef& queue) {
    const QStringList parts{queue.connectionId, queue.space, queue.name};
    return memoryKey(QStringLiteral("filters"), parts.join(QLatin1Char('\n')));
}

QString lastKey(const QString& connectionId) {
    return memoryKey(QStringLiteral("lastQueue"), connectionId);
}

} // namespace

KeptFilter FilterMemory::filter(const EntityRef& queue) const {
    const QStringList parts = settings_.value(filterKey(queue)).toStringList();
    if (parts.size() != 3)
        return {};
    return {parts[0], parts[1], QByteArray::fromHex(parts[2].toLatin1())};
}

void FilterMemory::keep(const EntityRef& queue, const KeptFilter& filter) {
    if (filter == this->filter(queue))
        return;
    if (filter == KeptFilter())
        settings_.remove(filterKey(queue));
    else
        settings_.setValue(filterKey(queue), QStringList{filter.where, filter.words,
                                                         QString::fromLatin1(filter.group.toHex())});
}

QString FilterMemory::lastQueue(const QString& connectionId) const {
    return settings_.value(lastKey(connectionId)).toString();
}

void FilterMemory::keepLastQueue(const QString& connectionId, const QString& queue) {
    settings_.setValue(lastKey(connectionId), queue);
}

} // namespace signalbox
