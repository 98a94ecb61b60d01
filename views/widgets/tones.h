// Colours by meaning for the light and the dark look, and the two palettes made of them. Pure; any thread.
#pragma once

#include "models/connections/connectionprofile.h"

#include <QColor>
#include <QPalette>

namespace signalbox {

enum class Tone {
    Window,
    Panel, // side bars, strips, headers
    Base,  // tables, fields
    AlternateBase,
    Text,
    TextDim,
    Border,
    BorderStrong, // outlines of fields and buttons
    Accent,
    AccentText, // on Accent
    Selection,
    SelectionText,
    Ok,
    Warn,
    Error,
    Info,
    OkBack, // behind Text or the tone of the same name
    WarnBack,
    ErrorBack,
    InfoBack,
    Added, // diff lines
    Removed,
    AddedStrong, // the changed part of a diff line
    RemovedStrong,
    Development,
    Test,
    Production,
    EnvironmentText, // on Development, Test and Production
};
inline constexpr int toneCount = static_cast<int>(Tone::EnvironmentText) + 1;

QColor toneOf(Tone tone, bool dark);
// The tone for whatever look the palette has.
QColor toneOf(Tone tone, const QPalette& palette);
Tone toneOf(Environment environment);

QPalette consolePalette(bool dark);
bool isDark(const QPalette& palette);
// WCAG 2 contrast, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

} // namespace signalbox
