// Header values in the compact binary form (see messagecodec.h). Private to the codec.
#pragma once

#include "models/messaging/headervalue.h"
#include "models/messaging/wirebytes.h"

namespace signalbox {

inline constexpr int maxNesting = 64;

void writeTable(WireWriter& out, const HeaderTable& headers);
// On failure the reader has failed().
HeaderTable readTable(WireReader& in, int depth = 0);

} // namespace signalbox
