// Plays the scenario on a node: publishes what the company publishes and lets it die as it dies there
// (rejected, expired, pushed out, delivered too often, retried in vain). Blocking.
#pragma once

#include "tests/sandbox/scenario.h"
#include "tests/support/live/rawamqp.h"

namespace signalbox::sandbox {

// `login` is on the company's virtual host, whose queues are empty and have no consumers. Returns when every
// queue holds the dead letters the scenario promises. Busy: they did not arrive in time.
Result<void> play(const Scenario& scenario, const live::RawLogin& login);

} // namespace signalbox::sandbox
