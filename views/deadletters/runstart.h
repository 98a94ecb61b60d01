// Starts a run that the journal has accepted. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

namespace signalbox {

// Nothing, or why it did not start; the run is then kept under Replays, as the summary says.
std::optional<Error> startAccepted(ConsoleContext& context, const QString& connectionId,
                                   const QString& runId);

} // namespace signalbox
