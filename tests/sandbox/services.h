// The company's applications on a good day: they consume what comes (replayed messages too) and publish
// something now and then. One thread and one connection each.
#pragma once

#include "tests/support/live/rawconnection.h"

#include <functional>

namespace signalbox::sandbox {

// Runs until `ended` says so; a lost link is tried again. `ended` is called from several threads.
void runServices(const live::RawLogin& login, const std::function<bool()>& ended);

} // namespace signalbox::sandbox
