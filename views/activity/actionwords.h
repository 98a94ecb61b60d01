// The audit trail's stable action words in the person's language. Pure; GUI thread (tr).
#pragma once

#include <QString>

namespace signalbox {

// "elevation.grant" -> "Elevation granted"; an unknown word stays as it is.
QString actionText(const QString& action);

} // namespace signalbox
