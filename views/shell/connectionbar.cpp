#include "views/shell/connectionbar.h"

#include "views/widgets/environmentbadge.h"
#include "views/widgets/linkwords.h"
#include "views/widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

namespace signalbox {

namespace {

constexpr int bandHeight = 4; // the environment's colour over the whole width
constexpr float productionTint = 0.12F;

} // namespace

ConnectionBar::ConnectionBar(ConsoleContext& context, QWidget* parent)
    : QFrame(parent)
    , context_(context)
    , switcher_(new QComboBox(this))
    , badge_(new EnvironmentBadge(this))
    , linkIcon_(new QLabel(this))
    , linkText_(dimLabel({}, this))
    , link_(new QPushButton(this))
    , elevate_(new QPushButton(this))
    , palette_(new QPushButton(icon(QStringLiteral("search")), tr("Commands"), this))
    , actions_(new QToolButton(this))
    , menu_(new QToolButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::medium, space::small + bandHeight, space::medium, space::small);
    layout->setSpacing(space::small);
    switcher_->setAccessibleName(tr("Connection"));
    switcher_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    switcher_->setMinimumContentsLength(18);
    palette_->setToolTip(tr("Every command, queue, run and connection (Ctrl+K)"));
    actions_->setText(tr("Actions"));
    actions_->setToolTip(tr("What can be done on this page"));
    menu_->setIcon(icon(QStringLiteral("settings")));
    menu_->setToolTip(tr("Appearance and help"));
    menu_->setAccessibleName(tr("Appearance and help"));
    for (QToolButton* button : {actions_, menu_}) {
        button->setPopupMode(QToolButton::InstantPopup);
        button->setFocusPolicy(Qt::TabFocus);
        button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    }
    for (QWidget* widget :
         std::initializer_list<QWidget*>{switcher_, badge_, linkIcon_, linkText_, link_, elevate_})
        layout->addWidget(widget);
    layout->addStretch(1);
    layout->addWidget(palette_);
    layout->addWidget(actions_);
    layout->addWidget(menu_);

    connect(switcher_, &QComboBox::activated, this, [this](int index) {
        const QString id = switcher_->itemData(index).toString();
        if (id.isEmpty()) {
            readConnections();
            Q_EMIT addWanted();
        } else {
            setCurrent(id);
        }
    });
    connect(link_, &QPushButton::clicked, this, &ConnectionBar::toggleLink);
    connect(elevate_, &QPushButton::clicked, this, &ConnectionBar::toggleElevation);
    connect(&context.connections, &ConnectionRegistry::changed, this, &ConnectionBar::readConnections);
    connect(&context.connections, &ConnectionRegistry::linkChanged, this, &ConnectionBar::followLink);
    connect(&context.connections, &ConnectionRegistry::elevationChanged, this, &ConnectionBar::followLink);
    readConnections();
}

void ConnectionBar::readConnections() {
    const QSignalBlocker quiet(switcher_);
    switcher_->clear();
    for (const ConnectionProfile& profile : context_.connections.profiles())
        switcher_->addItem(icon(QStringLiteral("connections"), toneOf(profile.environment)), profile.name,
                           profile.id);
    if (switcher_->count() > 0)
        switcher_->insertSeparator(switcher_->count());
    switcher_->addItem(icon(QStringLiteral("add")), tr("Add a connection…"), QString());
    const auto& profiles = context_.connections.profiles();
    if (!context_.connections.find(current_)) { // a production one is not chosen for anybody
        const auto usual = std::find_if(profiles.begin(), profiles.end(), [](const ConnectionProfile& each) {
            return each.environment != Environment::Production;
        });
        current_ = profiles.empty() ? QString() : (usual == profiles.end() ? profiles.front() : *usual).id;
    }
    switcher_->setCurrentIndex(current_.isEmpty() ? 0 : switcher_->findData(current_));
    badge_->follow(context_, current_);
    followLink();
    Q_EMIT currentChanged(current_);
}

void ConnectionBar::setCurrent(const QString& connectionId) {
    if (!context_.connections.find(connectionId))
        return;
    const bool changed = current_ != connectionId;
    current_ = connectionId;
    switcher_->setCurrentIndex(switcher_->findData(current_));
    badge_->follow(context_, current_);
    followLink();
    if (changed)
        Q_EMIT currentChanged(current_);
}

QString ConnectionBar::linkText() const {
    return linkText_->text();
}

void ConnectionBar::followLink() {
    const ConnectionProfile* profile = context_.connections.find(current_);
    const BrokerGateway* gateway = context_.connections.gateway(current_);
    const LinkWords words = linkWords(linkStateOf(gateway));
    linkIcon_->setPixmap(iconPixmap(words.iconName, space::iconSize, words.tone, this));
    linkText_->setText(words.text);
    linkText_->setToolTip(linkDetailOf(gateway));
    for (QWidget* widget : std::initializer_list<QWidget*>{linkIcon_, linkText_, link_})
        widget->setVisible(profile != nullptr);
    link_->setText(gateway ? tr("Disconnect") : tr("&Connect"));
    link_->setIcon(icon(gateway ? QStringLiteral("disconnect") : QStringLiteral("connect")));
    const bool guarded = profile && profile->environment == Environment::Production;
    const bool elevated = guarded && context_.connections.elevation(current_).has_value();
    elevate_->setVisible(guarded);
    elevate_->setText(elevated ? tr("Back to read-only") : tr("Elevate…"));
    elevate_->setIcon(icon(elevated ? QStringLiteral("lock") : QStringLiteral("unlock")));
    update();
}

void ConnectionBar::toggleLink() {
    if (context_.connections.gateway(current_))
        context_.connections.disconnect(current_);
    else
        Q_EMIT connectWanted(current_);
}

void ConnectionBar::toggleElevation() {
    if (context_.connections.elevation(current_))
        (void)context_.connections.dropElevation(current_);
    else
        Q_EMIT elevateWanted(current_);
}

void ConnectionBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        followLink();
}

void ConnectionBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ConnectionProfile* profile = context_.connections.find(current_);
    painter.fillRect(rect(), toneOf(Tone::Panel, palette()));
    if (profile && profile->environment == Environment::Production) {
        QColor tint = toneOf(Tone::Production, palette());
        tint.setAlphaF(productionTint);
        painter.fillRect(rect(), tint);
    }
    if (profile)
        painter.fillRect(QRect(0, 0, width(), bandHeight), toneOf(toneOf(profile->environment), palette()));
    painter.setPen(toneOf(Tone::Border, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

} // namespace signalbox
