// Fusion with flat, thin-lined controls: buttons, fields, headers, tabs, progress and scroll bars. Colours
// come from the palette and tones.h, so a change of look needs no new style. GUI thread.
#pragma once

#include <QProxyStyle>

namespace signalbox {

class ConsoleStyle final : public QProxyStyle {
    Q_OBJECT
public:
    ConsoleStyle();

    // A push button whose "accent" property is true is the one to press: filled with the accent colour.
    static void makeAccent(QWidget* button);

    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
};

} // namespace signalbox
