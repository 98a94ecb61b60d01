// The command line as one call: parses, runs one command, gives the exit code. Main thread.
#pragma once

#include "app/cli/session.h"

#include <QStringList>

namespace signalbox {

// `arguments` without the program's name. Needs a QCoreApplication. Everything a person or script sees goes
// through `terminal`.
int runCommandLine(const QStringList& arguments, const Terminal& terminal, const Session::Opener& opener);

} // namespace signalbox
