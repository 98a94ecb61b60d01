// The application object: names, version, and words instead of an abort where no display can be reached.
#pragma once

#include <QString>

namespace signalbox {

// Before the QCoreApplication is made.
void prepareProcess();
// After it is made: names and version.
void nameApplication();
// From here on a fatal message of the windowing system ends the program with words and exit code 3.
void explainMissingDisplay();

} // namespace signalbox
