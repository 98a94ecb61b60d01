// Blanks between the parts of a JSON text, put in and taken out; names, numbers and strings stay letter for
// letter, so that compactJson(laidOutJson(x)) is x again for a text without blanks. The text must be JSON.
// Pure.
#pragma once

#include <QString>

namespace signalbox {

QString laidOutJson(const QString& json); // a member or element a line, indented by two
QString compactJson(const QString& json);

} // namespace signalbox
