#include "views/deadletters/planpreview.h"

#include "views/deadletters/planmodel.h"
#include "views/deadletters/planner.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QCheckBox>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

namespace signalbox {

namespace {

constexpr int findingsHeight = 190;
constexpr int mostMeasuredRows = 30;
constexpr int mostReceivers = 12; // the rest is counted

} // namespace

PlanPreview::PlanPreview(Planner& planner, RunKind kind, QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , planner_(planner)
    , kind_(kind)
    , banner_(new ErrorBanner(this))
    , totals_(new QLabel(this))
    , dry_(dimLabel(tr("This is a dry run: nothing has been sent or removed."), this))
    , progress_(new ProgressStrip(this))
    , findingsScroll_(new QScrollArea(this))
    , findingsBox_(new QWidget(this))
    , findings_(new QVBoxLayout(findingsBox_))
    , onlyRefused_(new QCheckBox(tr("Only re&fused"), this))
    , model_(new PlanModel(this))
    , table_(new TableView(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::small);
    layout->addWidget(banner_);
    totals_->setFont(headlineFont());
    totals_->setTextFormat(Qt::PlainText);
    totals_->setWordWrap(true);
    layout->addWidget(totals_);
    layout->addWidget(dry_);
    layout->addWidget(progress_);
    findings_->setContentsMargins(0, 0, 0, 0);
    findings_->setSpacing(space::tight);
    findingsScroll_->setFrameShape(QFrame::NoFrame);
    findingsScroll_->setWidgetResizable(true);
    findingsScroll_->setWidget(findingsBox_);
    findingsScroll_->setAccessibleName(tr("Findings of the plan"));
    layout->addWidget(findingsScroll_, 0);
    layout->addWidget(onlyRefused_);
    layout->addWidget(table_, 1);
    table_->setModel(model_);
    table_->setAccessibleName(tr("Plan, message by message"));
    QList<int> hidden;
    if (kind != RunKind::Replay)
        hidden = {PlanModel::Target, PlanModel::Receivers};
    table_->rememberColumns(settings, QStringLiteral("deadletters/plan.%1").arg(runKindWord(kind)), hidden,
                            {50, 96, 150, 160, 200}); // the last one takes what is left
    connect(onlyRefused_, &QCheckBox::toggled, model_, &PlanModel::setOnlyRefused);
    connect(&planner, &Planner::changed, this, &PlanPreview::follow);
    connect(&planner, &Planner::progress, this, &PlanPreview::showProgress);
    connect(&planner, &Planner::failed, this, [this](const Error& error) {
        banner_->present(error, tr("Plan again"), [this] { planner_.planNow(); });
    });
    connect(&planner, &Planner::launchFailed, this, [this](const Error& error) {
        if (error.kind == ErrorKind::Cancelled)
            banner_->present(Severity::Info, error.summary);
        else
            banner_->present(error);
    });
    follow();
}

namespace {

// What is scheduled is cancelled, as the service calls it.
QString removableText(const ReplayPlan& plan) {
    const qint64 removed = plan.sendable - plan.scheduled;
    QStringList parts;
    if (removed > 0 || plan.scheduled == 0)
        parts << (removed == 1 ? PlanPreview::tr("1 message can be deleted")
                               : PlanPreview::tr("%1 messages can be deleted").arg(words::count(removed)));
    if (plan.scheduled > 0)
        parts << (plan.scheduled == 1 ? PlanPreview::tr("1 scheduled message can be cancelled")
                                      : PlanPreview::tr("%1 scheduled messages can be cancelled")
                                            .arg(words::count(plan.scheduled)));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

QString PlanPreview::totalsText(const ReplayPlan& plan, RunKind kind) {
    const QString sendable = words::count(plan.sendable);
    QString text =
        kind == RunKind::Replay
            ? (plan.sendable == 1 ? tr("1 message can be sent") : tr("%1 messages can be sent").arg(sendable))
        : kind == RunKind::DeadLetter
            ? (plan.sendable == 1 ? tr("1 message can be dead-lettered")
                                  : tr("%1 messages can be dead-lettered").arg(sendable))
            : removableText(plan);
    const qint64 refused = refusedForCause(plan);
    if (refused > 0)
        text += tr(" · %1 refused").arg(words::count(refused));
    if (const qint64 gone = refusedAs(plan, Refusal::AlreadyRemoved); gone > 0)
        text += tr(" · %1 removed already").arg(words::count(gone));
    if (const qint64 beyond = refusedAs(plan, Refusal::OverLimit); beyond > 0)
        text += tr(" · %1 beyond the limit").arg(words::count(beyond));
    return text;
}

QString PlanPreview::totals() const {
    return totals_->text();
}

QString PlanPreview::findings() const {
    return found_.join(QLatin1Char('\n'));
}

void PlanPreview::showProgress() {
    ProgressStrip::State state;
    state.label = tr("Planning");
    state.done = planner_.looked();
    state.total = planner_.scene().choice.count();
    state.canPause = false;
    state.canCancel = false; // it ends with the dialog
    progress_->present(state);
}

void PlanPreview::follow() {
    const auto plan = planner_.plan();
    if (planner_.isPlanning()) {
        banner_->dismiss();
        totals_->setText(tr("Planning…"));
        setCursor(Qt::BusyCursor);
        return; // the old table stays until the new one is there, so that nothing flickers
    }
    unsetCursor();
    if (const SharedProgress& writing = planner_.launching())
        progress_->follow(tr("Writing the plan into the journal"), writing,
                          static_cast<qint64>(planner_.plan()->items.size()));
    else
        progress_->end();
    model_->setPlan(plan, kind_);
    const QString& missing = planner_.held();
    if (missing.isEmpty()) {
        table_->emptyState()->present(QStringLiteral("check"), tr("Nothing to show"), {});
    } else {
        banner_->dismiss();
        table_->emptyState()->present(QStringLiteral("info"), missing,
                                      tr("Then it is shown here what would be sent."));
    }
    table_->followRows();
    int widest = 0; // numbers of Service Bus have up to 19 digits; the first rows tell
    for (int row = 0; row < std::min(mostMeasuredRows, model_->rowCount()); ++row)
        widest = std::max(widest,
                          table_->sizeHintForIndex(table_->model()->index(row, PlanModel::Position)).width());
    table_->fitColumn(PlanModel::Position, widest);
    totals_->setText(plan                ? totalsText(*plan, kind_)
                     : missing.isEmpty() ? tr("There is no plan")
                                         : tr("There is no plan yet"));
    onlyRefused_->setVisible(plan && refusedForCause(*plan) > 0 && plan->sendable > 0);
    if (onlyRefused_->isHidden())
        onlyRefused_->setChecked(false);
    showFindings(plan ? *plan : ReplayPlan());
}

void PlanPreview::finding(const QString& iconName, Tone tone, const QString& text) {
    auto* row = new QWidget(findingsBox_);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::small);
    auto* picture = new QLabel(row);
    picture->setPixmap(iconPixmap(iconName, space::iconSize, tone, this));
    auto* words = new QLabel(text, row);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line->addWidget(picture, 0, Qt::AlignTop);
    line->addWidget(words, 1);
    findings_->addWidget(row);
    row->show(); // at once, so that it counts where the height is asked for
    found_ << text;
}

void PlanPreview::showFindings(const ReplayPlan& plan) {
    while (QLayoutItem* old = findings_->takeAt(0)) {
        delete old->widget();
        delete old;
    }
    found_.clear();
    int listed = 0;
    qint64 rest = 0;
    for (const auto& [queue, copies] : plan.receivers) {
        if (++listed <= mostReceivers)
            finding(QStringLiteral("queue"), Tone::Info,
                    copies == 1 ? tr("%1 gets 1 message").arg(queue)
                                : tr("%1 gets %2 messages").arg(queue, words::count(copies)));
        else
            rest += copies;
    }
    if (rest > 0)
        finding(QStringLiteral("queue"), Tone::Info,
                tr("%1 more queues get %2 messages").arg(listed - mostReceivers).arg(words::count(rest)));
    for (const auto& [refusal, count] : plan.refusals) {
        if (refusal == Refusal::OverLimit && count > 0)
            finding(QStringLiteral("info"), Tone::Info, tr("%1 beyond the limit").arg(words::count(count)));
        else if (refusal == Refusal::AlreadyRemoved && count > 0)
            finding(QStringLiteral("info"), Tone::Info,
                    tr("%1 removed by runs since the reading: read the queue again to see what it has now")
                        .arg(words::count(count)));
        else if (count > 0)
            finding(QStringLiteral("blocked"), Tone::Error,
                    tr("%1 refused: %2")
                        .arg(words::count(count), refusalText(refusal, plan.options.destination)));
    }
    for (const QString& warning : plan.warnings)
        finding(QStringLiteral("warning"), Tone::Warn, warning);
    findingsScroll_->setVisible(!found_.isEmpty());
    fitFindings();
}

// All of them in sight, unless there are very many: a line that is cut off is not read.
void PlanPreview::fitFindings() {
    const int needed =
        found_.isEmpty() ? 0 : findings_->totalHeightForWidth(findingsScroll_->viewport()->width());
    findingsScroll_->setFixedHeight(std::clamp(needed, 0, findingsHeight));
}

void PlanPreview::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitFindings();
}

} // namespace signalbox
