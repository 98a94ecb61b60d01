#include "views/connections/connectiondetails.h"

#include "models/base/whendone.h"
#include "views/connections/servicebuswords.h"
#include "views/connections/teststepsview.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/linkwords.h"
#include "views/widgets/theme.h"

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

namespace signalbox {

namespace {

enum Line { LinkLine, BrokerLine, EntityLine, UserLine, TransportLine, ManagementLine, AlarmLine, LineCount };

QString captionOf(int line, bool bus) {
    switch (line) {
    case LinkLine:
        return ConnectionDetails::tr("Link");
    case BrokerLine:
        return bus ? ConnectionDetails::tr("Namespace") : ConnectionDetails::tr("Broker");
    case EntityLine:
        return ConnectionDetails::tr("Entity");
    case UserLine:
        return bus ? ConnectionDetails::tr("Key name") : ConnectionDetails::tr("User");
    case TransportLine:
        return ConnectionDetails::tr("Transport");
    case ManagementLine:
        return ConnectionDetails::tr("Management");
    default:
        return ConnectionDetails::tr("Alarms");
    }
}

} // namespace

ConnectionDetails::ConnectionDetails(ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , body_(new QWidget(this))
    , name_(new QLabel(body_))
    , badge_(new EnvironmentBadge(body_))
    , warning_(new ErrorBanner(body_))
    , lines_(new QFormLayout)
    , connect_(new QPushButton(body_))
    , test_(new QPushButton(icon(QStringLiteral("test")), tr("&Test"), body_))
    , edit_(new QPushButton(icon(QStringLiteral("edit")), tr("Ed&it…"), body_))
    , elevate_(new QPushButton(body_))
    , steps_(new TestStepsView(body_)) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(body_);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    outer->addWidget(scroll);
    auto* layout = new QVBoxLayout(body_);
    layout->setContentsMargins(space::large, space::medium, space::large, space::medium);
    layout->setSpacing(space::medium);
    auto* head = new QHBoxLayout;
    head->setSpacing(space::medium);
    name_->setFont(headlineFont());
    name_->setTextFormat(Qt::PlainText);
    head->addWidget(name_);
    head->addWidget(badge_);
    head->addStretch(1);
    for (QPushButton* button : {connect_, elevate_, test_, edit_})
        head->addWidget(button);
    layout->addLayout(head);
    warning_->setDismissible(false);
    layout->addWidget(warning_);
    lines_->setHorizontalSpacing(space::large);
    lines_->setVerticalSpacing(space::tight);
    lines_->setLabelAlignment(Qt::AlignLeft);
    for (int line = 0; line < LineCount; ++line) {
        auto* value = new QLabel(body_);
        value->setTextFormat(Qt::PlainText);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        values_.push_back(value);
        lines_->addRow(dimLabel({}, body_), value);
    }
    layout->addLayout(lines_);
    layout->addWidget(steps_);
    layout->addStretch(1);
    const ConnectionRegistry* registry = &context.connections;
    connect(registry, &ConnectionRegistry::changed, this, [this] { refresh(id_); });
    connect(registry, &ConnectionRegistry::elevationChanged, this, &ConnectionDetails::refresh);
    connect(registry, &ConnectionRegistry::linkChanged, this, [this](const QString& id) {
        refresh(id);
        if (id == id_)
            askFacts();
    });
    connect(connect_, &QPushButton::clicked, this, [this] {
        if (context_.connections.gateway(id_))
            context_.connections.disconnect(id_);
        else
            Q_EMIT connectWanted(id_);
    });
    connect(test_, &QPushButton::clicked, this, &ConnectionDetails::test);
    connect(edit_, &QPushButton::clicked, this, [this] { Q_EMIT editWanted(id_); });
    connect(elevate_, &QPushButton::clicked, this, [this] {
        if (!context_.connections.elevation(id_)) {
            Q_EMIT elevateWanted(id_);
            return;
        }
        if (const auto done = context_.connections.dropElevation(id_); !done)
            Q_EMIT errorRaised(done.error());
    });
    setConnection({});
}

void ConnectionDetails::setConnection(const QString& id) {
    const bool other = id != id_;
    id_ = id;
    if (other) {
        ++asked_;
        steps_->clear();
        test_->setEnabled(true);
        badge_->follow(context_, id);
        for (QLabel* value : values_)
            value->clear();
    }
    refresh(id);
    if (other)
        askFacts();
}

void ConnectionDetails::refresh(const QString& id) {
    if (id != id_)
        return;
    const ConnectionProfile* profile = context_.connections.find(id_);
    body_->setVisible(profile != nullptr);
    if (!profile)
        return;
    name_->setText(profile->name);
    const BrokerGateway* gateway = context_.connections.gateway(id_);
    const bool bus = busWords::isServiceBus(*profile);
    for (int line = 0; line < LineCount; ++line) {
        QLabel* value = values_[static_cast<std::size_t>(line)];
        value->setAccessibleName(captionOf(line, bus));
        if (auto* caption = qobject_cast<QLabel*>(lines_->labelForField(value)))
            caption->setText(captionOf(line, bus));
    }
    const LinkWords words = linkWords(linkStateOf(gateway));
    const QString why = linkDetailOf(gateway);
    setLine(LinkLine, why.isEmpty() ? words.text : tr("%1: %2").arg(words.text, why));
    setTextTone(values_[LinkLine], words.tone);
    connect_->setText(gateway ? tr("&Disconnect") : tr("&Connect"));
    connect_->setIcon(icon(gateway ? QStringLiteral("disconnect") : QStringLiteral("connect")));
    const bool production = profile->environment == Environment::Production;
    const bool elevated = context_.connections.elevation(id_).has_value();
    elevate_->setVisible(production);
    elevate_->setText(elevated ? tr("&Give back") : tr("&Elevate…"));
    elevate_->setIcon(icon(elevated ? QStringLiteral("lock") : QStringLiteral("unlock")));
    elevate_->setToolTip(elevated ? tr("End the elevation now: read-only again") : QString());
    if (profile->tls.enabled && !profile->tls.verify)
        warning_->present(
            Severity::Warning,
            bus ? tr("The certificate of this namespace is not checked. Anybody in between can read and "
                     "change everything. Give its CA file and switch the check on again.")
                : tr("The certificate of this broker is not checked. Anybody in between can read and "
                     "change everything. Give its CA file and switch the check on again."));
    else
        warning_->hide();
    setLine(EntityLine, bus ? busWords::entity(*profile) : QString());
    setLine(TransportLine, bus ? busWords::transport(*profile) : QString());
    if (!gateway || gateway->linkState() != LinkState::Connected) {
        setLine(UserLine, bus ? busWords::credential(*profile) : profile->user);
        setLine(ManagementLine, profile->managementUrl.isEmpty() ? tr("not set") : profile->managementUrl);
        setLine(BrokerLine, bus ? profile->host : QString());
        setLine(AlarmLine, {});
    }
}

void ConnectionDetails::setLine(int line, const QString& text) {
    QLabel* value = values_[static_cast<std::size_t>(line)];
    value->setText(text);
    value->setVisible(!text.isEmpty());
    if (QWidget* caption = lines_->labelForField(value))
        caption->setVisible(!text.isEmpty());
}

void ConnectionDetails::askFacts() {
    BrokerGateway* gateway = context_.connections.gateway(id_);
    const int number = ++asked_;
    if (!gateway || gateway->linkState() != LinkState::Connected)
        return;
    whenDone(gateway->facts(), this, [this, number](const Result<BrokerFacts>& facts) {
        if (number != asked_)
            return;
        if (facts)
            showFacts(*facts);
        else
            setLine(BrokerLine, tr("not known: %1").arg(facts.error().summary));
    });
}

void ConnectionDetails::showFacts(const BrokerFacts& facts) {
    const ConnectionProfile* profile = context_.connections.find(id_);
    if (!profile)
        return;
    const bool bus = busWords::isServiceBus(*profile);
    QStringList broker{facts.product, facts.version};
    broker.removeAll(QString());
    const QString product = broker.join(QLatin1Char(' '));
    if (bus)
        setLine(BrokerLine, facts.version.isEmpty() ? profile->host
                                                    : tr("%1, tier %2").arg(profile->host, facts.version));
    else
        setLine(BrokerLine,
                facts.cluster.isEmpty() ? product : tr("%1, cluster %2").arg(product, facts.cluster));
    if (bus)
        setLine(UserLine, busWords::credential(*profile));
    else if (!facts.user.isEmpty())
        setLine(UserLine, facts.user);
    setLine(ManagementLine,
            facts.management ? tr("available") : tr("missing: %1").arg(facts.managementMissing));
    setTextTone(values_[ManagementLine], facts.management ? Tone::Text : Tone::Warn);
    if (bus)
        return; // it tells of none
    setLine(AlarmLine, facts.alarms.isEmpty() ? tr("none") : facts.alarms.join(QStringLiteral(", ")));
    setTextTone(values_[AlarmLine], facts.alarms.isEmpty() ? Tone::Text : Tone::Error);
}

void ConnectionDetails::test() {
    const ConnectionProfile* profile = context_.connections.find(id_);
    if (!profile)
        return;
    const QString tested = id_;
    test_->setEnabled(false);
    steps_->presentRunning(profile->technology);
    whenDone(context_.connections.test(*profile, Secret()), this,
             [this, tested](const Result<std::vector<TestStep>>& steps) {
                 if (tested != id_)
                     return;
                 test_->setEnabled(true);
                 if (steps)
                     steps_->present(*steps);
                 else
                     steps_->present(steps.error());
             });
}

} // namespace signalbox
