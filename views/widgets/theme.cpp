#include "views/widgets/theme.h"

#include "views/widgets/consolestyle.h"
#include "views/widgets/systemscheme.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QLabel>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int smallestZoom = 75;
constexpr int largestZoom = 200;
constexpr qreal smallestPoints = 7.5;

QString modeKey() {
    return QStringLiteral("appearance/theme");
}
QString zoomKey() {
    return QStringLiteral("appearance/zoom");
}

ThemeMode modeFrom(const QString& word) {
    if (word == QLatin1String("light"))
        return ThemeMode::Light;
    return word == QLatin1String("dark") ? ThemeMode::Dark : ThemeMode::System;
}

QString wordOf(ThemeMode mode) {
    switch (mode) {
    case ThemeMode::Light:
        return QStringLiteral("light");
    case ThemeMode::Dark:
        return QStringLiteral("dark");
    case ThemeMode::System:
        break;
    }
    return QStringLiteral("system");
}

// Re-applies a widget's tone when the application's palette changes.
class ToneKeeper final : public QObject {
public:
    ToneKeeper(QWidget* widget, Tone tone)
        : QObject(widget)
        , widget_(widget)
        , tone_(tone) {
        setObjectName(name());
        widget->installEventFilter(this);
        apply();
    }
    static QString name() { return QStringLiteral("tone-keeper"); }
    void setTone(Tone tone) {
        tone_ = tone;
        apply();
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ApplicationPaletteChange)
            apply();
        return QObject::eventFilter(watched, event);
    }

private:
    void apply() {
        const QColor color = toneOf(tone_, QGuiApplication::palette());
        QPalette palette;
        for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
            palette.setColor(QPalette::Active, role, color);
            palette.setColor(QPalette::Inactive, role, color);
        }
        widget_->setPalette(palette);
    }
    QWidget* widget_;
    Tone tone_;
};

} // namespace

Theme::Theme(QSettings& settings, QObject* parent)
    : QObject(parent)
    , settings_(settings)
    , system_(new SystemScheme(QGuiApplication::palette(), this))
    , mode_(modeFrom(settings.value(modeKey()).toString()))
    , zoom_(std::clamp(settings.value(zoomKey(), 100).toInt(), smallestZoom, largestZoom))
    , basePointSize_(QApplication::font().pointSizeF() > 0 ? QApplication::font().pointSizeF() : 10) {
    QApplication::setStyle(new ConsoleStyle);
    connect(system_, &SystemScheme::changed, this, [this] {
        if (mode_ == ThemeMode::System)
            apply();
    });
    apply();
}

Theme::~Theme() = default;

bool Theme::dark() const {
    return mode_ == ThemeMode::Dark || (mode_ == ThemeMode::System && system_->dark());
}

void Theme::setMode(ThemeMode mode) {
    settings_.setValue(modeKey(), wordOf(mode));
    mode_ = mode;
    apply();
}

void Theme::setZoom(int percent) {
    zoom_ = std::clamp(percent, smallestZoom, largestZoom);
    settings_.setValue(zoomKey(), zoom_);
    apply();
}

void Theme::apply() {
    QFont font = QApplication::font();
    const qreal points = std::max(smallestPoints, basePointSize_ * zoom_ / 100.0);
    if (!qFuzzyCompare(font.pointSizeF(), points)) {
        font.setPointSizeF(points);
        QApplication::setFont(font);
    }
    const QPalette palette = consolePalette(dark());
    if (QApplication::palette() != palette)
        QApplication::setPalette(palette);
    Q_EMIT changed();
}

QFont monospaceFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(QApplication::font().pointSizeF());
    return font;
}

QFont headlineFont() {
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * 1.3);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont smallFont() {
    QFont font = QApplication::font();
    font.setPointSizeF(std::max(smallestPoints, font.pointSizeF() * 0.9));
    return font;
}

int rowHeight(const QFont& font) {
    return QFontMetrics(font).height() + space::small;
}

QLabel* dimLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    setTextTone(label, Tone::TextDim);
    return label;
}

void setTextTone(QWidget* widget, Tone tone) {
    auto* keeper = dynamic_cast<ToneKeeper*>(
        widget->findChild<QObject*>(ToneKeeper::name(), Qt::FindDirectChildrenOnly));
    if (keeper)
        keeper->setTone(tone);
    else
        new ToneKeeper(widget, tone); // owned by the widget
}

} // namespace signalbox
