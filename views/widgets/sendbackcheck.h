// What the broker would do with messages of a restore or an import, asked before any of them is written down.
// GUI thread.
#pragma once

#include "models/replay/sendback.h"
#include "views/widgets/consolecontext.h"

namespace signalbox {

// Calls `then` with how they are sent, at once for RabbitMQ; unless `receiver` dies first. Unsupported,
// NotFound: nothing can be sent there; any other error: the broker could not be asked.
void checkSendBack(ConsoleContext& context, const EntityRef& queue, QObject* receiver,
                   std::function<void(const Result<SendBack>&)> then);

} // namespace signalbox
