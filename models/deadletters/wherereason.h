// The words a filter may use for the reason of a death. Pure.
#pragma once

#include "models/deadletters/where.h"

namespace signalbox {

// The word that messages carry for what the console shows: "queue full" is maxlen. Other words stay.
QString reasonWord(const QString& typed);

// Empty: the filter names no reason, or only known ones. Else a sentence with those there are, for a filter
// that found nothing: a framework may give any word of its own.
QString unknownReasonHint(const Where& where);

} // namespace signalbox
