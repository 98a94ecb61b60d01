#include "views/shell/statusline.h"

#include "views/shell/workpanel.h"
#include "views/widgets/linkwords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

namespace signalbox {

namespace {

constexpr int lookMs = 500;
constexpr int longestLink = 520; // pixels; the rest is in the tooltip

} // namespace

StatusLine::StatusLine(ConsoleContext& context, const std::vector<PageSlot>& pages, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , pages_(pages)
    , linkIcon_(new QLabel(this))
    , link_(dimLabel({}, this))
    , work_(new QToolButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, space::small, 0);
    layout->setSpacing(space::small);
    work_->setIcon(icon(QStringLiteral("wait"), Tone::Info));
    work_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    work_->setAutoRaise(true);
    work_->setFocusPolicy(Qt::TabFocus);
    work_->hide();
    link_->setTextFormat(Qt::PlainText);
    layout->addWidget(work_);
    layout->addWidget(linkIcon_);
    layout->addWidget(link_);
    connect(work_, &QToolButton::clicked, this, &StatusLine::openWork);
    connect(&context.connections, &ConnectionRegistry::linkChanged, this, &StatusLine::followLink);
    connect(&context.connections, &ConnectionRegistry::changed, this, &StatusLine::followLink);
    connect(&context.replays, &ReplayDesk::jobsChanged, this, &StatusLine::followWork);
    connect(&look_, &QTimer::timeout, this, &StatusLine::followWork);
    look_.start(lookMs);
}

void StatusLine::setConnection(const QString& connectionId) {
    connection_ = connectionId;
    followLink();
}

QString StatusLine::linkText() const {
    return link_->toolTip();
}

QString StatusLine::workText() const {
    return work_->isHidden() ? QString() : work_->text();
}

WorkPanel* StatusLine::openedPanel() const {
    return panel_;
}

void StatusLine::followLink() {
    const ConnectionProfile* profile = context_.connections.find(connection_);
    linkIcon_->setVisible(profile != nullptr);
    link_->setVisible(profile != nullptr);
    if (!profile)
        return;
    const BrokerGateway* gateway = context_.connections.gateway(connection_);
    const LinkWords words = linkWords(linkStateOf(gateway));
    const QString address =
        QStringLiteral("%1@%2:%3 %4")
            .arg(profile->user, profile->host, QString::number(profile->port), profile->virtualHost);
    QStringList parts{address, words.text};
    if (const QString detail = linkDetailOf(gateway); !detail.isEmpty())
        parts << detail;
    const QString whole = parts.join(QStringLiteral(" · "));
    link_->setText(link_->fontMetrics().elidedText(whole, Qt::ElideRight, longestLink));
    link_->setToolTip(whole);
    linkIcon_->setPixmap(iconPixmap(words.iconName, space::iconSize, words.tone, this));
}

void StatusLine::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        followLink();
}

void StatusLine::followWork() {
    const QStringList others = otherWork(pages_);
    const auto runs = static_cast<qint64>(context_.replays.jobs().size());
    QStringList parts;
    if (runs > 0)
        parts << (runs == 1 ? tr("1 run at work") : tr("%1 runs at work").arg(words::count(runs)));
    parts << others;
    work_->setVisible(!parts.isEmpty());
    const QString whole = parts.join(QStringLiteral(", "));
    work_->setText(work_->fontMetrics().elidedText(whole, Qt::ElideRight, longestLink / 2));
    work_->setToolTip(tr("%1. Show all, pause or cancel (Ctrl+J)").arg(whole));
    work_->setAccessibleName(tr("Work under way: %1").arg(whole));
}

void StatusLine::openWork() {
    followWork();
    if (panel_ || work_->isHidden())
        return;
    panel_ = new WorkPanel(context_, pages_, this);
    panel_->setAttribute(Qt::WA_DeleteOnClose);
    connect(panel_, &WorkPanel::navigate, this, &StatusLine::navigate);
    panel_->adjustSize();
    const QPoint corner = work_->mapToGlobal(QPoint(0, 0));
    const int left = std::max(0, std::min(corner.x(), window()->geometry().right() - panel_->width()));
    panel_->move(left, corner.y() - panel_->height() - space::tight);
    panel_->show();
    panel_->setFocus();
}

} // namespace signalbox
