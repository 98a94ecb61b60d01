#include "views/widgets/diffpane.h"

#include "views/widgets/theme.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace signalbox {

class DiffGutter final : public QWidget {
public:
    explicit DiffGutter(DiffPane* pane)
        : QWidget(pane)
        , pane_(pane) {}

protected:
    void paintEvent(QPaintEvent* event) override { pane_->paintGutter(event); }

private:
    DiffPane* pane_;
};

namespace {

QString signOf(DiffRow::Look look) {
    switch (look) {
    case DiffRow::Look::Removed:
        return QStringLiteral("−");
    case DiffRow::Look::Added:
        return QStringLiteral("+");
    default:
        return {};
    }
}

} // namespace

DiffPane::DiffPane(QWidget* parent)
    : QPlainTextEdit(parent)
    , gutter_(new DiffGutter(this)) {
    setReadOnly(true);
    setTabChangesFocus(true);
    setLineWrapMode(NoWrap);
    setFont(monospaceFont());
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    connect(this, &QPlainTextEdit::updateRequest, this, [this] { gutter_->update(); });
}

void DiffPane::setRows(std::vector<DiffRow> rows, bool bothNumbers) {
    rows_ = std::move(rows);
    bothNumbers_ = bothNumbers;
    QStringList lines;
    lines.reserve(static_cast<qsizetype>(rows_.size()));
    for (const DiffRow& row : rows_)
        lines << row.text;
    setPlainText(lines.join(QLatin1Char('\n')));
    placeGutter();
    tint();
}

void DiffPane::showRow(int row) {
    const QTextBlock block = document()->findBlockByNumber(row);
    if (!block.isValid())
        return;
    setTextCursor(QTextCursor(block));
    centerCursor();
}

void DiffPane::tint() {
    QList<QTextEdit::ExtraSelection> selections;
    QTextBlock block = document()->begin();
    for (const DiffRow& row : rows_) {
        if (row.look != DiffRow::Look::Same && block.isValid()) {
            QTextEdit::ExtraSelection line;
            line.cursor = QTextCursor(block);
            line.format.setProperty(QTextFormat::FullWidthSelection, true);
            const bool added = row.look == DiffRow::Look::Added;
            line.format.setBackground(row.look == DiffRow::Look::Filler
                                          ? toneOf(Tone::Panel, palette())
                                          : toneOf(added ? Tone::Added : Tone::Removed, palette()));
            selections << line;
            if (row.strong.length > 0) {
                QTextEdit::ExtraSelection part;
                part.cursor = QTextCursor(block);
                part.cursor.setPosition(block.position() + row.strong.start);
                part.cursor.setPosition(block.position() + row.strong.start + row.strong.length,
                                        QTextCursor::KeepAnchor);
                part.format.setBackground(toneOf(added ? Tone::AddedStrong : Tone::RemovedStrong, palette()));
                selections << part;
            }
        }
        block = block.next();
    }
    setExtraSelections(selections);
}

int DiffPane::numberWidth() const {
    const qsizetype most = std::max<qsizetype>(99, static_cast<qsizetype>(rows_.size()));
    return fontMetrics().horizontalAdvance(QString::number(most)) + space::small;
}

void DiffPane::placeGutter() {
    const int sign = fontMetrics().horizontalAdvance(QLatin1Char('+')) + space::small;
    const int width = numberWidth() * (bothNumbers_ ? 2 : 1) + sign;
    setViewportMargins(width, 0, 0, 0);
    const QRect inside = contentsRect();
    gutter_->setGeometry(inside.left(), inside.top(), width, inside.height());
}

void DiffPane::paintGutter(QPaintEvent* event) {
    QPainter painter(gutter_);
    painter.fillRect(event->rect(), toneOf(Tone::Panel, palette()));
    painter.setFont(font());
    const int number = numberWidth();
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF area = blockBoundingGeometry(block).translated(contentOffset());
        if (area.top() > event->rect().bottom())
            break;
        const auto index = static_cast<std::size_t>(block.blockNumber());
        if (index >= rows_.size())
            break;
        const DiffRow& row = rows_[index];
        QRect cell(0, static_cast<int>(area.top()), number - space::tight, static_cast<int>(area.height()));
        const auto write = [&](int line) {
            painter.setPen(toneOf(Tone::TextDim, palette()));
            if (line >= 0)
                painter.drawText(cell, Qt::AlignRight | Qt::AlignVCenter, QString::number(line + 1));
            cell.translate(number, 0);
        };
        if (bothNumbers_) {
            write(row.before);
            write(row.after);
        } else {
            write(row.before >= 0 ? row.before : row.after);
        }
        painter.setPen(toneOf(row.look == DiffRow::Look::Added ? Tone::Ok : Tone::Error, palette()));
        cell.setLeft(cell.left() + space::tight);
        painter.drawText(cell, Qt::AlignLeft | Qt::AlignVCenter, signOf(row.look));
    }
}

void DiffPane::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

void DiffPane::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        tint();
}

} // namespace signalbox
