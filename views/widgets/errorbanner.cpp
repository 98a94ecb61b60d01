#include "views/widgets/errorbanner.h"

#include "views/widgets/detailsbox.h"
#include "views/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

struct BannerLook {
    Tone tone;
    Tone back;
    const char* iconName;
};

BannerLook lookOf(Severity severity) {
    switch (severity) {
    case Severity::Info:
        return {Tone::Info, Tone::InfoBack, "info"};
    case Severity::Success:
        return {Tone::Ok, Tone::OkBack, "ok"};
    case Severity::Warning:
        return {Tone::Warn, Tone::WarnBack, "warning"};
    case Severity::Error:
        break;
    }
    return {Tone::Error, Tone::ErrorBack, "error"};
}

} // namespace

ErrorBanner::ErrorBanner(QWidget* parent)
    : QFrame(parent)
    , picture_(new QLabel(this))
    , summary_(new QLabel(this))
    , action_(new QPushButton(this))
    , more_(new QPushButton(tr("Details…"), this))
    , close_(new QToolButton(this))
    , details_(new DetailsBox(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::medium + 3, space::tight + 2, space::small, space::tight + 2);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(picture_);
    row->addWidget(summary_, 1);
    row->addWidget(action_);
    row->addWidget(more_);
    row->addWidget(close_);
    layout->addLayout(row);
    layout->addWidget(details_);
    summary_->setWordWrap(true);
    summary_->setTextFormat(Qt::PlainText);
    summary_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    more_->setCheckable(true);
    close_->setIcon(icon(QStringLiteral("clear")));
    close_->setAutoRaise(true);
    close_->setToolTip(tr("Dismiss (Esc)"));
    close_->setAccessibleName(tr("Dismiss"));
    close_->setFocusPolicy(Qt::StrongFocus);
    details_->hide();
    connect(more_, &QPushButton::toggled, this, &ErrorBanner::showDetails);
    connect(close_, &QToolButton::clicked, this, &ErrorBanner::dismiss);
    connect(action_, &QPushButton::clicked, this, [this] {
        const auto run = run_; // the action may present something new
        dismiss();
        if (run)
            run();
    });
    hide();
}

void ErrorBanner::present(const Error& error, const QString& actionText, std::function<void()> action) {
    if (error.kind != ErrorKind::Cancelled)
        present(Severity::Error, error.summary, error.detail, actionText, std::move(action));
}

void ErrorBanner::present(Severity severity, const QString& summary, const QString& detail,
                          const QString& actionText, std::function<void()> action) {
    severity_ = severity;
    summary_->setText(summary);
    details_->setText(detail);
    details_->setCopyText(copyText());
    more_->setVisible(!detail.isEmpty());
    more_->setChecked(false);
    details_->hide();
    action_->setText(actionText);
    action_->setVisible(!actionText.isEmpty());
    run_ = std::move(action);
    drawIcon();
    setAccessibleName(severity == Severity::Error ? tr("Error: %1").arg(summary) : summary);
    show();
    update();
}

void ErrorBanner::dismiss() {
    if (isHidden())
        return;
    hide();
    Q_EMIT dismissed();
}

void ErrorBanner::setDismissible(bool dismissible) {
    close_->setVisible(dismissible);
}

QString ErrorBanner::summary() const {
    return summary_->text();
}

QString ErrorBanner::copyText() const {
    const QString detail = details_->text();
    return detail.isEmpty() ? summary() : summary() + QLatin1String("\n\n") + detail;
}

void ErrorBanner::showDetails(bool open) {
    details_->setVisible(open);
    more_->setText(open ? tr("Hide details") : tr("Details…"));
}

void ErrorBanner::paintEvent(QPaintEvent* event) {
    Q_UNUSED(event)
    const BannerLook look = lookOf(severity_);
    QPainter painter(this);
    painter.fillRect(rect(), toneOf(look.back, palette()));
    painter.fillRect(QRect(0, 0, 3, height()), toneOf(look.tone, palette()));
    painter.fillRect(QRect(0, height() - 1, width(), 1), toneOf(Tone::Border, palette()));
}

void ErrorBanner::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        drawIcon();
    QFrame::changeEvent(event);
}

void ErrorBanner::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !close_->isHidden())
        dismiss();
    else
        QFrame::keyPressEvent(event);
}

void ErrorBanner::drawIcon() {
    const BannerLook look = lookOf(severity_);
    picture_->setPixmap(iconPixmap(QString::fromLatin1(look.iconName), space::iconSize, look.tone, this));
}

} // namespace signalbox
