#include "views/widgets/icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>
#include <QWidget>

namespace signalbox {

namespace {

QString pathOf(const QString& name) {
    return QStringLiteral(":/signalbox/icons/%1.svg").arg(name);
}

QPixmap render(const QString& name, const QColor& color, const QSize& pixels) {
    const QString key = QStringLiteral("signalbox-icon/%1/%2/%3x%4")
                            .arg(name, color.name(QColor::HexArgb))
                            .arg(pixels.width())
                            .arg(pixels.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    QFile file(pathOf(name));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray svg = file.readAll();
        svg.replace("currentColor", color.name().toLatin1());
        QSvgRenderer renderer(svg);
        QPainter painter(&pixmap);
        painter.setOpacity(color.alphaF());
        renderer.render(&painter);
    }
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class TintedEngine final : public QIconEngine {
public:
    TintedEngine(QString name, std::optional<Tone> tone)
        : name_(std::move(name))
        , tone_(tone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const double scale = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        const int side = qMin(rect.width(), rect.height());
        const QRect square(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side,
                           side);
        painter->drawPixmap(square, render(name_, colorFor(mode), QSize(side, side) * scale));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override {
        return render(name_, colorFor(mode), size);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override {
        Q_UNUSED(scale) // the size is in device pixels already
        return render(name_, colorFor(mode), size);
    }
    QIconEngine* clone() const override { return new TintedEngine(name_, tone_); }
    QString key() const override { return QStringLiteral("signalbox"); }
    QString iconName() override { return name_; }
    bool isNull() override { return !QFile::exists(pathOf(name_)); }

private:
    QColor colorFor(QIcon::Mode mode) const {
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        if (tone_)
            return toneOf(*tone_, palette);
        return palette.color(mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText);
    }
    QString name_;
    std::optional<Tone> tone_;
};

} // namespace

QIcon icon(const QString& name, std::optional<Tone> tone) {
    return QIcon(new TintedEngine(name, tone));
}

QPixmap iconPixmap(const QString& name, int size, Tone tone, const QWidget* on) {
    const double scale = on ? on->devicePixelRatioF() : 1.0;
    const QColor color = toneOf(tone, on ? on->palette() : QGuiApplication::palette());
    QPixmap pixmap = render(name, color, QSize(size, size) * scale);
    pixmap.setDevicePixelRatio(scale);
    return pixmap;
}

QIcon programIcon() {
    return QIcon(pathOf(QStringLiteral("signalbox")));
}

} // namespace signalbox
