// Words that a message must have for a filter to match it: lets the full-text index stand in front of the
// expensive tests of headers and bodies. Sound, not complete: what it leaves out can never match, what it
// lets through is tested. Pure.
#pragma once

#include "models/deadletters/wherenode.h"

namespace signalbox {

// FTS5 expression; empty = nothing can be said. Rows with flagWordsPartial must be let through besides.
QByteArray wordsExpression(const WhereNode& node);

} // namespace signalbox
