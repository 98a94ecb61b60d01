#include "views/widgets/tones.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace signalbox {

namespace {

struct Pair {
    QRgb light;
    QRgb dark;
};

// In the order of Tone. Every pair that is read as text keeps 4.5:1, see tst_tones.
constexpr std::array<Pair, toneCount> pairs{{
    {0xfff3f4f6, 0xff1c1f24}, // Window
    {0xffe9ebef, 0xff23272d}, // Panel
    {0xffffffff, 0xff16191d}, // Base
    {0xfff8f9fb, 0xff1b1e23}, // AlternateBase
    {0xff1b1f24, 0xffe3e6ea}, // Text
    {0xff545d68, 0xff9ca6b2}, // TextDim
    {0xffd5d9e0, 0xff343a43}, // Border
    {0xffa9b1bc, 0xff535c69}, // BorderStrong
    {0xff0b5cad, 0xff62aef7}, // Accent
    {0xffffffff, 0xff0c1622}, // AccentText
    {0xffcfe2f7, 0xff24486f}, // Selection
    {0xff10161d, 0xfff2f6fa}, // SelectionText
    {0xff176b2f, 0xff5fc776}, // Ok
    {0xff805000, 0xffe6ae45}, // Warn
    {0xffb3202a, 0xffff8a82}, // Error
    {0xff0b5cad, 0xff6cb6ff}, // Info
    {0xffe2f3e6, 0xff1c3123}, // OkBack
    {0xfffcf0d6, 0xff383018}, // WarnBack
    {0xfffbe4e4, 0xff422121}, // ErrorBack
    {0xffe1edfa, 0xff1b2f46}, // InfoBack
    {0xffe6f6e9, 0xff1a2e21}, // Added
    {0xfffdeaea, 0xff3a2020}, // Removed
    {0xffb6e5c0, 0xff2b5a3b}, // AddedStrong
    {0xfff7c3c3, 0xff6d3131}, // RemovedStrong
    {0xff27704a, 0xff57c993}, // Development
    {0xff865300, 0xffe5b045}, // Test
    {0xffb3202a, 0xffff7b73}, // Production
    {0xffffffff, 0xff14171a}, // EnvironmentText
}};

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

QColor toneOf(Tone tone, bool dark) {
    const Pair& pair = pairs.at(static_cast<std::size_t>(tone));
    return QColor::fromRgb(dark ? pair.dark : pair.light);
}

QColor toneOf(Tone tone, const QPalette& palette) {
    return toneOf(tone, isDark(palette));
}

Tone toneOf(Environment environment) {
    switch (environment) {
    case Environment::Development:
        return Tone::Development;
    case Environment::Test:
        return Tone::Test;
    case Environment::Production:
        return Tone::Production;
    }
    return Tone::Production;
}

QPalette consolePalette(bool dark) {
    const auto tone = [dark](Tone wanted) { return toneOf(wanted, dark); };
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Tone wanted) { palette.setColor(role, tone(wanted)); };
    set(QPalette::Window, Tone::Window);
    set(QPalette::WindowText, Tone::Text);
    set(QPalette::Base, Tone::Base);
    set(QPalette::AlternateBase, Tone::AlternateBase);
    set(QPalette::Text, Tone::Text);
    set(QPalette::PlaceholderText, Tone::TextDim);
    set(QPalette::ToolTipBase, Tone::Panel);
    set(QPalette::ToolTipText, Tone::Text);
    palette.setColor(QPalette::Button, dark ? tone(Tone::Panel).lighter(118) : QColor(Qt::white));
    set(QPalette::ButtonText, Tone::Text);
    set(QPalette::BrightText, Tone::Error);
    set(QPalette::Link, Tone::Accent);
    set(QPalette::LinkVisited, Tone::Accent);
    set(QPalette::Highlight, Tone::Selection);
    set(QPalette::HighlightedText, Tone::SelectionText);
    palette.setColor(QPalette::Light, dark ? tone(Tone::Panel).lighter(140) : QColor(Qt::white));
    palette.setColor(QPalette::Midlight, tone(Tone::Border).lighter(dark ? 120 : 104));
    set(QPalette::Mid, Tone::Border);
    set(QPalette::Dark, Tone::BorderStrong);
    palette.setColor(QPalette::Shadow, dark ? QColor(0, 0, 0) : QColor(0x70, 0x78, 0x82));
    // Disabled text is exempt from the contrast rule, but it should still be readable.
    QColor off = tone(Tone::TextDim);
    off.setAlphaF(0.62F);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::HighlightedText, QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, off);
    palette.setColor(QPalette::Disabled, QPalette::Base, tone(Tone::Window));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, tone(Tone::Border));
    return palette;
}

bool isDark(const QPalette& palette) {
    return luminance(palette.color(QPalette::Active, QPalette::Base)) < 0.2;
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double one = luminance(a);
    const double two = luminance(b);
    return (std::max(one, two) + 0.05) / (std::min(one, two) + 0.05);
}

} // namespace signalbox
