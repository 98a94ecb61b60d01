#include "views/widgets/environmentbadge.h"

#include "views/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int refreshMs = 5000;
constexpr int secondsPerMinute = 60;
constexpr int barHeight = 4;

QFont badgeFont() {
    QFont font = smallFont();
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace

EnvironmentBadge::EnvironmentBadge(QWidget* parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    timer_.setInterval(refreshMs);
    connect(&timer_, &QTimer::timeout, this, &EnvironmentBadge::read);
    setEnvironment(Environment::Development, Access::Plain);
}

QString EnvironmentBadge::text(Environment environment, Access access, int minutesLeft) {
    QString word;
    switch (environment) {
    case Environment::Development:
        word = tr("DEVELOPMENT");
        break;
    case Environment::Test:
        word = tr("TEST");
        break;
    case Environment::Production:
        word = tr("PRODUCTION");
        break;
    }
    switch (access) {
    case Access::Plain:
        return word;
    case Access::ReadOnly:
        return tr("%1 · read-only").arg(word);
    case Access::Elevated:
        break;
    }
    if (minutesLeft < 0)
        return tr("%1 · elevated").arg(word);
    return minutesLeft < 1 ? tr("%1 · elevated, under 1 min left").arg(word)
                           : tr("%1 · elevated, %2 min left").arg(word).arg(minutesLeft);
}

void EnvironmentBadge::setEnvironment(Environment environment, Access access, int minutesLeft) {
    environment_ = environment;
    access_ = access;
    const QString words = text(environment, access, minutesLeft);
    if (words != text_) {
        text_ = words;
        setAccessibleName(tr("Environment: %1").arg(words));
        setToolTip(access == Access::ReadOnly
                       ? tr("A production connection is read-only until somebody elevates it with a reason.")
                       : QString());
        updateGeometry();
    }
    update();
}

void EnvironmentBadge::follow(const ConsoleContext& context, const QString& connectionId) {
    if (connections_)
        disconnect(connections_, nullptr, this, nullptr);
    connections_ = &context.connections;
    clock_ = &context.clock;
    id_ = connectionId;
    connect(connections_, &ConnectionRegistry::changed, this, &EnvironmentBadge::read);
    connect(connections_, &ConnectionRegistry::elevationChanged, this, &EnvironmentBadge::read);
    read();
}

void EnvironmentBadge::read() {
    const ConnectionProfile* profile = connections_->find(id_);
    setVisible(profile != nullptr);
    if (!profile)
        return;
    const auto elevation = connections_->elevation(id_);
    if (elevation) {
        const qint64 seconds = clock_->now().secsTo(elevation->until);
        timer_.start();
        setEnvironment(profile->environment, Access::Elevated,
                       static_cast<int>((seconds + secondsPerMinute / 2) / secondsPerMinute));
        return;
    }
    timer_.stop();
    setEnvironment(profile->environment,
                   profile->environment == Environment::Production ? Access::ReadOnly : Access::Plain);
}

QSize EnvironmentBadge::sizeHint() const {
    const QFontMetrics metrics(badgeFont());
    const int picture = access_ == Access::Plain ? 0 : space::medium + space::tight;
    return {metrics.horizontalAdvance(text_) + 2 * space::small + picture,
            metrics.height() + space::tight + 2};
}

void EnvironmentBadge::paintEvent(QPaintEvent* event) {
    Q_UNUSED(event)
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneOf(toneOf(environment_), palette()));
    painter.drawRoundedRect(rect(), 4, 4);
    QRect room = rect().adjusted(space::small, 0, -space::small, 0);
    if (access_ != Access::Plain) {
        const QString name = access_ == Access::ReadOnly ? QStringLiteral("lock") : QStringLiteral("unlock");
        painter.drawPixmap(QPoint(room.left(), (height() - space::medium) / 2),
                           iconPixmap(name, space::medium, Tone::EnvironmentText, this));
        room.setLeft(room.left() + space::medium + space::tight);
    }
    painter.setFont(badgeFont());
    painter.setPen(toneOf(Tone::EnvironmentText, palette()));
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, text_);
}

ConnectionBand::ConnectionBand(const QString& headline, QWidget* parent)
    : QWidget(parent)
    , name_(dimLabel({}, this))
    , badge_(new EnvironmentBadge(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::large, space::medium + barHeight, space::large, space::medium);
    auto* title = new QLabel(headline, this);
    title->setTextFormat(Qt::PlainText);
    title->setFont(headlineFont());
    name_->setTextFormat(Qt::PlainText);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(space::hair);
    texts->addWidget(title);
    texts->addWidget(name_);
    layout->addLayout(texts, 1);
    layout->addWidget(badge_, 0, Qt::AlignTop);
    name_->hide();
    badge_->hide();
}

ConnectionBand::ConnectionBand(const ConsoleContext& context, const QString& connectionId,
                               const QString& headline, QWidget* parent)
    : ConnectionBand(headline, parent) {
    if (const ConnectionProfile* profile = context.connections.find(connectionId)) {
        setConnection(profile->name, profile->environment);
        badge_->follow(context, connectionId);
    }
}

void ConnectionBand::setConnection(const QString& name, Environment environment) {
    environment_ = environment;
    name_->setText(name);
    name_->setVisible(!name.isEmpty());
    badge_->setEnvironment(environment, environment == Environment::Production
                                            ? EnvironmentBadge::Access::ReadOnly
                                            : EnvironmentBadge::Access::Plain);
    badge_->show();
    update();
}

void ConnectionBand::paintEvent(QPaintEvent* event) {
    Q_UNUSED(event)
    QPainter painter(this);
    painter.fillRect(rect(), toneOf(Tone::Panel, palette()));
    if (environment_)
        painter.fillRect(QRect(0, 0, width(), barHeight), toneOf(toneOf(*environment_), palette()));
    painter.fillRect(QRect(0, height() - 1, width(), 1), toneOf(Tone::Border, palette()));
}

} // namespace signalbox
