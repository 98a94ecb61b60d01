// What was looked for in each queue, and the queue of each connection that was open last, kept in the
// settings. GUI thread.
#pragma once

#include "models/messaging/entityref.h"

#include <QSettings>

namespace signalbox {

struct KeptFilter {
    QString where; // as it was written, always right
    QString words;
    QByteArray group; // signature, so that it is found in another reading too; empty = all
    bool operator==(const KeptFilter&) const = default;
};

class FilterMemory {
public:
    explicit FilterMemory(QSettings& settings)
        : settings_(settings) {}

    KeptFilter filter(const EntityRef& queue) const;
    void keep(const EntityRef& queue, const KeptFilter& filter); // one that shows everything is forgotten
    QString lastQueue(const QString& connectionId) const;        // empty = none
    void keepLastQueue(const QString& connectionId, const QString& queue);

private:
    QSettings& settings_;
};

} // namespace signalbox
