// What the audit trail says about a connection's changes: small JSON objects without secrets. Pure.
#pragma once

#include "models/connections/guardrail.h"

namespace signalbox {

QString describe(const ConnectionProfile& profile);
// Names of the changed fields; old and new value for name and environment.
QString describeChange(const ConnectionProfile& before, const ConnectionProfile& after, bool withSecret);
QString describeElevation(const Elevation& elevation, int minutes);
// Whether a link made for `a` serves `b` as well.
bool sameLink(ConnectionProfile a, const ConnectionProfile& b);

} // namespace signalbox
