// Warnings of a plan that come from the broker's structure and the chosen options. Pure.
#pragma once

#include "models/replay/replayplan.h"

#include <QSet>

namespace signalbox {

// Adds what this sendable item brings up; each warning stands in the plan once. `examined` remembers
// receivers whose dead-letter edges were followed already in this batch.
void addWarnings(ReplayPlan& plan, const PlanContext& context, const PlanItem& item, const PlanInput& input,
                 QSet<QString>& examined);

// A message was refused because `run` may have sent it: names the run once.
void warnDoubt(ReplayPlan& plan, const QString& run);

} // namespace signalbox
