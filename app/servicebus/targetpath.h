// Where an entity forwards to, as a path and as the address that the management API wants. Pure.
#pragma once

#include <QString>

namespace signalbox::servicebus {

// "archive" of "sb://shop.servicebus.windows.net/archive", or the path as it is.
QString pathOfTarget(const QString& target);
// The other way round; an address stays what it is, and empty stays empty.
QString addressOfTarget(const QString& host, const QString& target);

} // namespace signalbox::servicebus
