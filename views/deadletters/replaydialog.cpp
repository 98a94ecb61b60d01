#include "views/deadletters/replaydialog.h"

#include "models/base/whendone.h"
#include "views/deadletters/planpreview.h"
#include "views/deadletters/replaychoices.h"
#include "views/deadletters/scopebox.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int leftWidth = 350;
constexpr QSize usualSize(1120, 720);

ReplayChoices::Broker brokerOf(const PlanScene& scene) {
    const bool isBus = scene.snapshot->info().queueType == queueTypeWord(QueueType::ServiceBus);
    return isBus ? ReplayChoices::Broker::ServiceBus : ReplayChoices::Broker::RabbitMq;
}

QString sizeKey() {
    return QStringLiteral("deadletters/replayDialog");
}

} // namespace

ReplayDialog::ReplayDialog(ConsoleContext& context, PlanScene scene, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , planner_(context, RunKind::Replay, std::move(scene))
    , choices_(new ReplayChoices(brokerOf(planner_.scene()), this))
    , reason_(new QLineEdit(this))
    , preview_(new PlanPreview(planner_, RunKind::Replay, context.settings, this))
    , access_(new AccessNote(context, this))
    , why_(dimLabel({}, this))
    , start_(nullptr) {
    const PlanScene& about = planner_.scene();
    setWindowTitle(about.edited ? tr("Replay an edited message")
                                : tr("Replay from %1").arg(about.source.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, about.source.connectionId, windowTitle(), this));
    auto* columns = new QHBoxLayout;
    columns->setContentsMargins(space::large, space::large, space::large, space::small);
    columns->setSpacing(space::wide);
    columns->addWidget(makeLeft());
    columns->addWidget(preview_, 1);
    layout->addLayout(columns, 1);

    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(space::large, space::small, space::large, space::medium);
    foot->setSpacing(space::small);
    foot->addWidget(access_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    start_ = buttons->addButton(tr("Replay"), QDialogButtonBox::ActionRole);
    ConsoleStyle::makeAccent(start_);
    why_->setWordWrap(true);
    auto* last = new QHBoxLayout;
    last->addWidget(why_, 1);
    last->addWidget(buttons);
    foot->addLayout(last);
    layout->addLayout(foot);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(start_, &QPushButton::clicked, this, [this] { planner_.launch(reason_->text().trimmed()); });
    // Its words change with the plan, so that it can have no letter of its own; Return alone is pressed too
    // soon.
    auto* byKey = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    connect(byKey, &QShortcut::activated, this, [this] {
        if (!QApplication::activePopupWidget()) // what is chosen there is not chosen yet
            start_->click();
    });
    connect(choices_, &ReplayChoices::changed, this, &ReplayDialog::plan);
    connect(&planner_, &Planner::changed, this, &ReplayDialog::follow);
    connect(&planner_, &Planner::started, this, [this](const QString& run) {
        accept();
        Q_EMIT started(run);
    });
    connect(access_, &AccessNote::changed, this, &ReplayDialog::follow);
    connect(access_, &AccessNote::navigate, this, &ReplayDialog::navigate);
    access_->setConnection(about.source.connectionId);
    choices_->setRouting(about.routing);
    choices_->setListOrder({about.choice.query.sort, about.choice.query.descending});
    // The structure may have changed since the page was opened.
    if (BrokerGateway* gateway = context.connections.gateway(about.source.connectionId)) {
        whenDone(gateway->routing(), this, [this](const Result<RoutingTable>& routing) {
            if (!routing)
                return;
            choices_->setRouting(*routing);
            planner_.setRouting(*routing);
        });
    }
    plan();
    if (!planner_.isPlanning())
        planner_.planNow();
    follow();
    resize(context.settings.value(sizeKey(), usualSize).toSize());
    choices_->destinationButton(ReplayDestination::Kind::OriginQueue)->setFocus();
}

ReplayDialog::~ReplayDialog() {
    context_.settings.setValue(sizeKey(), size());
}

QWidget* ReplayDialog::makeLeft() {
    auto* inside = new QWidget(this);
    auto* layout = new QVBoxLayout(inside);
    layout->setContentsMargins(0, 0, space::small, 0);
    layout->setSpacing(space::tight);
    const PlanScene& about = planner_.scene();
    auto* what = new QLabel(about.edited ? tr("The edited message") : tr("Replay"), inside);
    QFont bold = what->font();
    bold.setWeight(QFont::DemiBold);
    what->setFont(bold);
    layout->addWidget(what);
    if (about.edited) {
        auto* words =
            dimLabel(tr("It is sent instead of the original; the original is removed once the broker has "
                        "confirmed it, and kept as a copy."),
                     inside);
        words->setWordWrap(true);
        layout->addWidget(words);
    } else {
        scope_ = new ScopeBox(about.choice, inside);
        layout->addWidget(scope_);
        connect(scope_, &ScopeBox::scopeChanged, &planner_, &Planner::setScope);
    }
    layout->addSpacing(space::medium);
    layout->addWidget(choices_, 1);
    auto* caption = new QLabel(tr("Reason, kept in history and audit trail"), this);
    caption->setBuddy(reason_);
    reason_->setPlaceholderText(tr("e.g. INC-4711, price service is mended"));
    reason_->setAccessibleName(tr("Reason"));
    reason_->setMaxLength(500);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inside);
    // The reason stays in sight however low the window is.
    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tight);
    column->addWidget(scroll, 1);
    column->addWidget(caption);
    column->addWidget(reason_);
    left->setFixedWidth(qRound(leftWidth * std::max(1.0, fontMetrics().averageCharWidth() / 7.0)));
    return left;
}

void ReplayDialog::plan() {
    if (const QString missing = choices_->problem(); missing.isEmpty())
        planner_.setOptions(choices_->options());
    else
        planner_.hold(missing); // what stood there was the plan of another choice
    follow();
}

QString ReplayDialog::startText(const ReplayPlan& plan) {
    const QString messages =
        plan.sendable == 1 ? tr("1 message") : tr("%1 messages").arg(words::count(plan.sendable));
    const auto queues = static_cast<qint64>(plan.receivers.size());
    QString text = queues == 0   ? tr("Replay %1").arg(messages)
                   : queues == 1 ? tr("Replay %1 to %2").arg(messages, plan.receivers.begin()->first)
                                 : tr("Replay %1 to %2 queues").arg(messages, words::count(queues));
    if (const qint64 refused = refusedForCause(plan); refused > 0)
        text += tr("; %1 refused").arg(words::count(refused));
    return text;
}

QString ReplayDialog::startReason() const {
    if (QString missing = choices_->problem(); !missing.isEmpty())
        return missing;
    if (!access_->access().allowed())
        return access_->access().reason;
    if (planner_.launching())
        return tr("Writing the plan into the journal…");
    if (planner_.isPlanning())
        return tr("Planning…");
    if (!planner_.plan())
        return tr("There is no plan.");
    if (planner_.plan()->items.empty())
        return tr("There is no message to send: none fits the filter.");
    return planner_.plan()->sendable == 0
               ? tr("Nothing can be sent: every message is refused or has gone already.")
               : QString();
}

void ReplayDialog::follow() {
    if (!start_)
        return;
    const QString reason = startReason();
    start_->setEnabled(reason.isEmpty());
    start_->setText(planner_.plan()
                        ? startText(*planner_.plan()).replace(QLatin1Char('&'), QLatin1String("&&"))
                        : tr("Replay"));
    start_->setToolTip(reason.isEmpty()
                           ? QKeySequence(Qt::CTRL | Qt::Key_Return).toString(QKeySequence::NativeText)
                           : reason);
    start_->setAccessibleDescription(reason);
    // The access note says it in its own line.
    why_->setText(access_->access().allowed() ? reason : QString());
}

} // namespace signalbox
