#include "views/widgets/emptystate.h"

#include "views/widgets/consolestyle.h"
#include "views/widgets/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int pictureSize = 40;
constexpr int textWidth = 460;
constexpr int leastWidth = 120;
} // namespace

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , picture_(new QLabel(this))
    , headline_(new QLabel(this))
    , next_(dimLabel({}, this))
    , button_(new QPushButton(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setSizeConstraint(QLayout::SetNoConstraint); // see minimumSizeHint
    layout->setSpacing(space::small);
    layout->addStretch(2);
    layout->addWidget(picture_, 0, Qt::AlignHCenter);
    layout->addWidget(headline_, 0, Qt::AlignHCenter);
    layout->addWidget(next_, 0, Qt::AlignHCenter);
    layout->addSpacing(space::tight);
    layout->addWidget(button_, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    headline_->setFont(headlineFont());
    headline_->setTextFormat(Qt::PlainText);
    headline_->setAlignment(Qt::AlignHCenter);
    headline_->setWordWrap(true);
    next_->setTextFormat(Qt::PlainText);
    next_->setAlignment(Qt::AlignHCenter);
    next_->setWordWrap(true);
    button_->hide();
    ConsoleStyle::makeAccent(button_);
    connect(button_, &QPushButton::clicked, this, [this] {
        if (const auto action = action_) // a copy: it may lead to another present()
            action();
    });
}

void EmptyState::present(const QString& iconName, const QString& headline, const QString& next,
                         const QString& actionText, std::function<void()> action) {
    iconName_ = iconName;
    drawIcon();
    headline_->setText(headline);
    next_->setText(next);
    fitLabels();
    next_->setVisible(!next.isEmpty());
    button_->setText(actionText);
    action_ = std::move(action);
    button_->setVisible(!actionText.isEmpty());
    setAccessibleName(headline);
    setAccessibleDescription(next);
}

QString EmptyState::headline() const {
    return headline_->text();
}

QString EmptyState::next() const {
    return next_->text();
}

void EmptyState::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        drawIcon();
    QWidget::changeEvent(event);
}

QSize EmptyState::minimumSizeHint() const {
    return {leastWidth, QWidget::minimumSizeHint().height()};
}

void EmptyState::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitLabels();
}

// A word-wrapped label in a centred cell takes its hint's width, so both sizes are given here.
void EmptyState::fitLabels() {
    const QMargins margins = layout()->contentsMargins();
    const int room = qMin(textWidth, width() - margins.left() - margins.right());
    for (QLabel* label : {headline_, next_}) {
        const int wanted = label->fontMetrics().horizontalAdvance(label->text()) + space::medium;
        label->setFixedWidth(qMax(1, qMin(room, wanted)));
        label->setMinimumHeight(qMax(0, label->heightForWidth(label->width())));
    }
}

void EmptyState::drawIcon() {
    picture_->setVisible(!iconName_.isEmpty());
    if (!iconName_.isEmpty())
        picture_->setPixmap(iconPixmap(iconName_, pictureSize, Tone::TextDim, this));
}

} // namespace signalbox
