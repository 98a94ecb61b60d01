#include "views/widgets/diffview.h"

#include "views/widgets/diffpane.h"
#include "views/widgets/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollBar>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>

namespace signalbox {

namespace {

using Kind = DiffLine::Kind;
using Look = DiffRow::Look;

void tie(QScrollBar* one, QScrollBar* other) {
    QObject::connect(one, &QScrollBar::valueChanged, other, &QScrollBar::setValue);
    QObject::connect(other, &QScrollBar::valueChanged, one, &QScrollBar::setValue);
}

// A pane that follows its cursor moves its bar without saying so.
void follow(DiffPane* one, DiffPane* other) {
    QObject::connect(one, &QPlainTextEdit::updateRequest, other, [one, other] {
        other->verticalScrollBar()->setValue(one->verticalScrollBar()->value());
    });
}

QToolButton* tool(QWidget* parent, const QString& iconName, const QString& text) {
    auto* button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

DiffView::DiffView(QWidget* parent)
    : QWidget(parent)
    , beforeTitle_(dimLabel({}, this))
    , afterTitle_(dimLabel({}, this))
    , summary_(new QLabel(this))
    , toggle_(new QToolButton(this))
    , previous_(tool(this, QStringLiteral("chevron-up"), tr("Previous change (Shift+F7)")))
    , next_(tool(this, QStringLiteral("chevron-down"), tr("Next change (F7)")))
    , sides_(new QSplitter(Qt::Horizontal, this))
    , left_(new DiffPane(sides_))
    , right_(new DiffPane(sides_))
    , both_(new DiffPane(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::tight);
    auto* bar = new QHBoxLayout;
    bar->addWidget(summary_, 1);
    bar->addWidget(previous_);
    bar->addWidget(next_);
    bar->addWidget(toggle_);
    auto* titles = new QHBoxLayout;
    titles->addWidget(beforeTitle_, 1);
    titles->addWidget(afterTitle_, 1);
    layout->addLayout(bar);
    layout->addLayout(titles);
    layout->addWidget(sides_, 1);
    layout->addWidget(both_, 1);
    sides_->setChildrenCollapsible(false);
    toggle_->setText(tr("Unified"));
    toggle_->setCheckable(true);
    toggle_->setFocusPolicy(Qt::StrongFocus);
    left_->setAccessibleName(tr("Before"));
    right_->setAccessibleName(tr("After"));
    both_->setAccessibleName(tr("Difference"));
    both_->hide();
    tie(left_->verticalScrollBar(), right_->verticalScrollBar());
    tie(left_->horizontalScrollBar(), right_->horizontalScrollBar());
    follow(left_, right_);
    follow(right_, left_);
    connect(toggle_, &QToolButton::toggled, this, &DiffView::setUnified);
    connect(previous_, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next_, &QToolButton::clicked, this, [this] { step(1); });
}

void DiffView::setTexts(const QString& beforeTitle, const QString& before, const QString& afterTitle,
                        const QString& after) {
    beforeTitle_->setText(beforeTitle);
    afterTitle_->setText(afterTitle);
    before_ = before.split(QLatin1Char('\n'));
    after_ = after.split(QLatin1Char('\n'));
    lines_ = diffLines(before_, after_);
    fill();
    showFirst();
}

void DiffView::setUnified(bool unified) {
    unified_ = unified;
    toggle_->setChecked(unified);
    sides_->setVisible(!unified);
    both_->setVisible(unified);
    fill();
    showFirst();
}

int DiffView::changes() const {
    return static_cast<int>(changeRows_.size());
}

QString DiffView::summary() const {
    return summary_->text();
}

void DiffView::fill() {
    std::vector<DiffRow> left;
    std::vector<DiffRow> right;
    std::vector<DiffRow> unified;
    std::vector<DiffRow> waiting; // added halves of a changed block follow all its removed ones
    changeRows_.clear();
    at_ = -1;
    bool inChange = false;
    const auto flush = [&] {
        unified.insert(unified.end(), waiting.begin(), waiting.end());
        waiting.clear();
    };
    for (const DiffLine& line : lines_) {
        const bool same = line.kind == Kind::Same;
        if (same)
            flush();
        if (!same && !inChange)
            changeRows_.push_back(static_cast<int>(unified_ ? unified.size() : left.size()));
        inChange = !same;
        DiffRow one{Look::Filler, {}, -1, -1, {}};
        DiffRow two = one;
        if (line.before >= 0)
            one = {same ? Look::Same : Look::Removed, before_[line.before], line.before, -1, {}};
        if (line.after >= 0)
            two = {same ? Look::Same : Look::Added, after_[line.after], -1, line.after, {}};
        if (line.kind == Kind::Changed)
            std::tie(one.strong, two.strong) = changedSpans(one.text, two.text);
        if (same) {
            DiffRow row = one;
            row.after = line.after;
            unified.push_back(row);
        } else {
            if (line.before >= 0)
                unified.push_back(one);
            if (line.after >= 0)
                waiting.push_back(two);
        }
        left.push_back(std::move(one));
        right.push_back(std::move(two));
    }
    flush();
    if (unified_) {
        both_->setRows(std::move(unified), true);
    } else {
        left_->setRows(std::move(left), false);
        right_->setRows(std::move(right), false);
    }
    const int count = changes();
    summary_->setText(count == 0   ? tr("No differences")
                      : count == 1 ? tr("1 change")
                                   : tr("%1 changes").arg(count));
    previous_->setEnabled(count > 0);
    next_->setEnabled(count > 0);
}

void DiffView::step(int direction) {
    if (changeRows_.empty())
        return;
    at_ = qBound(0, at_ + direction, changes() - 1);
    showChange(at_);
}

void DiffView::showChange(int change) {
    const int row = changeRows_[static_cast<std::size_t>(change)];
    if (unified_)
        both_->showRow(row);
    else
        left_->showRow(row);
}

// What was changed is what one looks for. Once more when the panes have their size: only then can a line be
// brought into their middle.
void DiffView::showFirst() {
    const auto show = [this] {
        if (at_ < 0 && !changeRows_.empty())
            showChange(0);
    };
    show();
    QTimer::singleShot(0, this, show);
}

void DiffView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_F7)
        step(event->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace signalbox
