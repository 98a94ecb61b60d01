// The log: one rotating file beside the workspace, mode 0600, for all loggers of models/base/lognames.h.
#pragma once

#include "models/base/result.h"

namespace signalbox {

// Level from SIGNALBOX_LOG (trace, debug, info, warn, error, off); info without it. On an error the program
// goes on without a log.
Result<void> openLog(const QString& workspaceFile);
QString logFile(const QString& workspaceFile);
void closeLog();

} // namespace signalbox
