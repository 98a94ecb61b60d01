// Framework conventions: those shipped with the program, and a team's own beside the workspace. Pure but for
// reading two files.
#pragma once

#include "models/messaging/conventions.h"

namespace signalbox {

// Entries of `ownFile` replace shipped ones of the same framework and come first. No such file: shipped only.
Result<Conventions> loadConventions(const QString& shippedFile, const QString& ownFile);

} // namespace signalbox
