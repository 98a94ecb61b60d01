#include "views/widgets/progressstrip.h"

#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include <algorithm>

namespace signalbox {

namespace {
constexpr int barSteps = 1000; // counts may exceed what an int holds
constexpr int narrowestBar = 120;
constexpr int followTickMs = 150;
} // namespace

ProgressStrip::ProgressStrip(QWidget* parent)
    : QWidget(parent)
    , label_(new QLabel(this))
    , bar_(new QProgressBar(this))
    , numbers_(dimLabel({}, this))
    , pause_(new QToolButton(this))
    , cancel_(new QToolButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::small);
    for (QWidget* widget :
         {static_cast<QWidget*>(label_), static_cast<QWidget*>(bar_), static_cast<QWidget*>(numbers_),
          static_cast<QWidget*>(pause_), static_cast<QWidget*>(cancel_)})
        layout->addWidget(widget);
    layout->setStretch(1, 1);
    label_->setTextFormat(Qt::PlainText);
    numbers_->setTextFormat(Qt::PlainText);
    bar_->setTextVisible(false);
    bar_->setMinimumWidth(narrowestBar);
    cancel_->setIcon(icon(QStringLiteral("stop")));
    cancel_->setText(tr("Cancel"));
    cancel_->setToolTip(tr("Cancel"));
    cancel_->setAccessibleName(tr("Cancel"));
    for (QToolButton* button : {pause_, cancel_}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
    }
    connect(cancel_, &QToolButton::clicked, this, [this] {
        if (work_)
            work_->cancelled = true;
        Q_EMIT cancelWanted();
    });
    tick_.setInterval(followTickMs);
    connect(pause_, &QToolButton::clicked, this, [this] {
        if (paused_)
            Q_EMIT resumeWanted();
        else
            Q_EMIT pauseWanted();
    });
    hide();
}

QString ProgressStrip::text(const State& state) {
    QStringList parts;
    parts << (state.total >= 0 ? tr("%1 of %2").arg(words::count(state.done), words::count(state.total))
                               : words::count(state.done));
    if (!state.note.isEmpty()) {
        parts << state.note;
    } else if (state.paused) {
        parts << tr("paused");
    } else {
        if (state.perSecond >= 0)
            parts << words::rate(state.perSecond);
        if (state.secondsLeft >= 0)
            parts << words::timeLeft(state.secondsLeft);
    }
    return parts.join(QStringLiteral(" · "));
}

void ProgressStrip::present(const State& state) {
    paused_ = state.paused;
    label_->setText(state.label);
    bar_->setAccessibleName(state.label);
    bar_->setRange(0, state.total > 0 ? barSteps : 0);
    if (state.total > 0)
        bar_->setValue(
            static_cast<int>(std::clamp(double(state.done) / double(state.total), 0.0, 1.0) * barSteps));
    numbers_->setText(text(state));
    pause_->setVisible(state.canPause);
    pause_->setIcon(icon(state.paused ? QStringLiteral("play") : QStringLiteral("pause")));
    const QString word = state.paused ? tr("Resume") : tr("Pause");
    pause_->setToolTip(word);
    pause_->setAccessibleName(word);
    cancel_->setVisible(state.canCancel);
    show();
}

void ProgressStrip::follow(const QString& label, SharedProgress work, qint64 total) {
    work_ = std::move(work);
    tick_.disconnect();
    const auto show = [this, label, total] {
        State state;
        state.label = label;
        state.done = work_->done;
        state.total = total;
        state.canPause = false;
        present(state);
    };
    connect(&tick_, &QTimer::timeout, this, show);
    tick_.start();
    show();
}

void ProgressStrip::end() {
    tick_.stop();
    work_.reset();
    hide();
}

QString ProgressStrip::text() const {
    return numbers_->text();
}

} // namespace signalbox
