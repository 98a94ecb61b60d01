// Header values in the compact binary form (see messagecodec.h). Private to the codec.
#pragma once

#include "models/messaging/headervalue.h"
#include "models/messaging/wirebytes.h"

namespace signalbox {

// Above what the AMQP library hands out (100), so that nothing is stored that cannot be read again.
inline constexpr int maxNesting = 128;

void writeTable(WireWriter& out, const HeaderTable& headers);
// On failure the reader has failed().
HeaderTable readTable(WireReader& in, int depth = 0);

} // namespace signalbox
