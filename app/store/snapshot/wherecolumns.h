// Evaluates the parts of a filter that only look at columns, over whole columns at once, with the very
// comparisons that Where::matches uses. Guarded by the owner of the ColumnStore.
#pragma once

#include "app/store/snapshot/columnstore.h"
#include "app/store/snapshot/slotset.h"
#include "models/deadletters/wherenode.h"

namespace signalbox {

// Every test in it can be answered by what ColumnStore has.
bool isColumnar(const WhereNode& node);
Result<SlotSet> columnMatches(const WhereNode& node, Database& db, ColumnStore& columns);

} // namespace signalbox
