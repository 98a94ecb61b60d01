// The program's icons: SVGs under resources/icons, drawn crisp at any scale and tinted for the current look
// at the moment they are painted. GUI thread.
#pragma once

#include "views/widgets/tones.h"

#include <QIcon>
#include <optional>

namespace signalbox {

// `name` is the file's stem, e.g. icon(QStringLiteral("refresh")). Without a tone it follows the text colour.
QIcon icon(const QString& name, std::optional<Tone> tone = std::nullopt);
// For labels: the picture itself in the given tone, for the given look.
QPixmap iconPixmap(const QString& name, int size, Tone tone, const QWidget* on);
QIcon programIcon();

} // namespace signalbox
