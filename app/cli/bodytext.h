// A message's body as lines for a terminal. Pure.
#pragma once

#include "models/messaging/message.h"

#include <QStringList>

namespace signalbox {

// A headline, then text, or a hex dump where it is none. Unless `full`, at most 40 lines.
QStringList bodyLines(const Message& message, bool full);

} // namespace signalbox
