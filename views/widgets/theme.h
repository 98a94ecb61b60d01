// The look of the program: style, palette, font size. Made once by the composition root before the window;
// everything else asks tones.h and icons.h. GUI thread. Distances are device-independent pixels.
#pragma once

#include "views/widgets/icons.h"
#include "views/widgets/tones.h"

#include <QFont>
#include <QObject>
#include <QSettings>

class QLabel;

namespace signalbox {

namespace space {
inline constexpr int hair = 2;
inline constexpr int tight = 4;
inline constexpr int small = 8;
inline constexpr int medium = 12;
inline constexpr int large = 16;
inline constexpr int wide = 24;
inline constexpr int iconSize = 16;
} // namespace space

enum class ThemeMode { System, Light, Dark };

class SystemScheme;

class Theme : public QObject {
    Q_OBJECT
public:
    // Sets style, palette and font of the application; mode and zoom come from the settings.
    explicit Theme(QSettings& settings, QObject* parent = nullptr);
    ~Theme() override;

    ThemeMode mode() const { return mode_; }
    void setMode(ThemeMode mode);
    bool dark() const;

    int zoom() const { return zoom_; } // percent of the system's font size
    void setZoom(int percent);         // 75 to 200
    static constexpr int zoomStep = 10;

Q_SIGNALS:
    void changed();

private:
    void apply();
    QSettings& settings_;
    SystemScheme* system_;
    ThemeMode mode_ = ThemeMode::System;
    int zoom_ = 100;
    qreal basePointSize_ = 10;
};

QFont monospaceFont();            // at the application's size
QFont headlineFont();             // titles of pages and dialogs
QFont smallFont();                // secondary lines; never smaller than readable
int rowHeight(const QFont& font); // of tables: dense, but a whole line with room
// A label in the dim text tone that follows a change of look.
QLabel* dimLabel(const QString& text, QWidget* parent = nullptr);
// Makes any widget's text follow a tone, also after a change of look.
void setTextTone(QWidget* widget, Tone tone);

} // namespace signalbox
