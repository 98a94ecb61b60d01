#include "views/widgets/hexview.h"

#include "views/widgets/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

namespace signalbox {

namespace {
constexpr int bytesPerLine = 16;
} // namespace

HexView::HexView(QWidget* parent)
    : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Body as bytes"));
    setFont(monospaceFont());
}

void HexView::setBytes(const QByteArray& bytes) {
    bytes_ = bytes;
    verticalScrollBar()->setValue(0);
    followSize();
    viewport()->update();
}

qint64 HexView::lineCount() const {
    return (bytes_.size() + bytesPerLine - 1) / bytesPerLine;
}

QString HexView::line(qint64 row) const {
    const QByteArrayView part =
        QByteArrayView(bytes_)
            .sliced(row * bytesPerLine)
            .first(std::min<qsizetype>(bytesPerLine, bytes_.size() - row * bytesPerLine));
    QString hex;
    QString letters;
    for (qsizetype i = 0; i < part.size(); ++i) {
        const auto byte = static_cast<uchar>(part[i]);
        hex += QStringLiteral("%1 ").arg(byte, 2, 16, QLatin1Char('0'));
        if (i == bytesPerLine / 2 - 1)
            hex += QLatin1Char(' ');
        letters += byte >= 0x20 && byte < 0x7f ? QLatin1Char(static_cast<char>(byte)) : QLatin1Char('.');
    }
    return QStringLiteral("%1  %2 %3")
        .arg(row * bytesPerLine, 8, 16, QLatin1Char('0'))
        .arg(hex, -(bytesPerLine * 3 + 1))
        .arg(letters);
}

int HexView::lineHeight() const {
    return std::max(1, fontMetrics().lineSpacing());
}

void HexView::followSize() {
    const int shown = viewport()->height() / lineHeight();
    verticalScrollBar()->setPageStep(std::max(1, shown));
    verticalScrollBar()->setRange(0, static_cast<int>(std::max<qint64>(0, lineCount() - shown)));
}

void HexView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    painter.setFont(font());
    const int height = lineHeight();
    const int first = verticalScrollBar()->value();
    const QColor dim = toneOf(Tone::TextDim, palette());
    const int offsetWidth = fontMetrics().horizontalAdvance(QStringLiteral("00000000  "));
    for (int i = 0; i <= viewport()->height() / height && first + i < lineCount(); ++i) {
        const QString text = line(first + i);
        const int y = i * height + fontMetrics().ascent();
        painter.setPen(dim);
        painter.drawText(space::small, y, text.left(8));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(space::small + offsetWidth, y, text.mid(10));
    }
}

void HexView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    followSize();
}

void HexView::keyPressEvent(QKeyEvent* event) {
    QScrollBar* bar = verticalScrollBar();
    switch (event->key()) {
    case Qt::Key_Home:
        bar->setValue(bar->minimum());
        return;
    case Qt::Key_End:
        bar->setValue(bar->maximum());
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void HexView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        followSize();
}

} // namespace signalbox
