// Names one queue (later: subscription, stream) of one connection.
#pragma once

#include <QString>

namespace signalbox {

struct EntityRef {
    QString connectionId;
    QString space; // RabbitMQ: virtual host, e.g. "/"
    QString name;
    bool operator==(const EntityRef&) const = default;
};

} // namespace signalbox
