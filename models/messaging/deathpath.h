// The x-death header as a path. Whatever shape the header has, reading it never fails: what makes no sense
// is left out.
#pragma once

#include "models/messaging/deathfacts.h"

namespace signalbox {

struct DeathPath {
    std::vector<DeathHop> hops; // oldest first
    QString newestReason;
    QString firstQueue;     // x-first-death-queue, else the oldest hop's
    QString firstExchange;  // x-first-death-exchange, else the oldest hop's
    bool hasOrigin = false; // the oldest hop is the first death, so its keys are the original ones
};

DeathPath deathPath(const Message& message);
// Text of a String or Bytes header; empty for anything else.
QString textOf(const HeaderValue* value);

} // namespace signalbox
