// Writes one run with the outcome of every message to a file: JSON Lines (first line the run, then one line
// per message) or CSV for spreadsheets. Blocking: call it on the store's thread.
#pragma once

#include "models/replay/replayjournal.h"

#include <vector>

namespace signalbox {

// The file is replaced only when all of it is written.
Result<void> exportRun(const RunRecord& run, const std::vector<ItemRecord>& items, const QString& fileName);

} // namespace signalbox
