#include "views/replay/rundetails.h"

#include "views/replay/runwords.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int refreshMs = 1000;

constexpr ItemState filterStates[] = {
    ItemState::Removed, ItemState::InDoubt,   ItemState::Returned, ItemState::Rejected,  ItemState::Missing,
    ItemState::Refused, ItemState::Cancelled, ItemState::Planned,  ItemState::Confirmed, ItemState::Saved};

ProgressStrip::State progressOf(const ReplayJob& job, const RunRecord& run) {
    const ReplayJob::Progress progress = job.progress();
    ProgressStrip::State state;
    state.label = runKindText(run.header.kind);
    state.done = progress.done;
    state.total = progress.total;
    state.perSecond = progress.perSecond;
    state.secondsLeft = progress.secondsLeft;
    state.paused = job.state() == ReplayJob::State::Paused;
    if (job.state() == ReplayJob::State::Waiting)
        state.note = runStateWords(run, job.state(), false).text;
    return state;
}

// Where a run at work stands, beyond its figures.
QString standText(const ReplayJob& job, const RunHeader& header) {
    if (job.state() == ReplayJob::State::Waiting)
        return RunDetails::tr("%1 The run goes on by itself as soon as it can; nothing is lost meanwhile.")
            .arg(job.waitingFor());
    if (job.state() == ReplayJob::State::Paused)
        return RunDetails::tr("Paused. %1").arg(restText(header));
    return {};
}

} // namespace

RunDetails::RunDetails(ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , items_(new RunItemModel(context.replays, this))
    , proxy_(new RunItemProxy(*items_, this))
    , headline_(new QLabel(this))
    , badge_(new EnvironmentBadge(this))
    , facts_(dimLabel({}, this))
    , outcome_(new QLabel(this))
    , access_(new AccessNote(context, this))
    , strip_(new ProgressStrip(this))
    , exportStrip_(new ProgressStrip(this))
    , restoreStrip_(new ProgressStrip(this))
    , doubtBox_(new QWidget(this))
    , doubt_(new QLabel(doubtBox_))
    , filter_(new QComboBox(this))
    , table_(new TableView(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::medium, space::small, space::medium, space::small);
    layout->setSpacing(space::small);
    headline_->setFont(headlineFont());
    headline_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    for (QLabel* label : {headline_, facts_, outcome_, doubt_}) {
        // Ignored: one endless word, a reason or a name, must not widen the window.
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    auto* top = new QHBoxLayout;
    top->addWidget(headline_, 1);
    top->addWidget(badge_, 0, Qt::AlignTop);
    layout->addLayout(top);
    layout->addWidget(facts_);
    layout->addWidget(outcome_);
    layout->addWidget(strip_);
    layout->addWidget(exportStrip_);
    layout->addWidget(restoreStrip_);

    auto* doubtLayout = new QVBoxLayout(doubtBox_);
    doubtLayout->setContentsMargins(0, 0, 0, 0);
    setTextTone(doubt_, Tone::Warn);
    doubtLayout->addWidget(doubt_);
    auto* choices = new QHBoxLayout;
    const auto choice = [this, choices](DoubtChoice what) {
        auto* made = new QPushButton(doubtBox_);
        connect(made, &QPushButton::clicked, this, [this, what] { askDecide(what); });
        choices->addWidget(made);
        return made;
    };
    arrived_ = choice(DoubtChoice::TreatAsSent);
    again_ = choice(DoubtChoice::SendAgain);
    again_->setText(tr("They did &not arrive: send again"));
    again_->setToolTip(tr("Sends them once more. If one had arrived after all, its receiver gets it twice."));
    leave_ = choice(DoubtChoice::Leave);
    leave_->setText(tr("&Leave them in the queue"));
    leave_->setToolTip(
        tr("Nothing is sent and nothing is removed. Later plans take them to have been replayed."));
    choices->addStretch(1);
    doubtLayout->addLayout(choices);
    layout->addWidget(doubtBox_);
    layout->addWidget(access_);

    auto* bar = new QHBoxLayout;
    filter_->setAccessibleName(tr("Messages shown"));
    bar->addWidget(filter_);
    bar->addStretch(1);
    resume_ = add(QStringLiteral("play"), tr("&Resume"), &RunDetails::resumeRun);
    end_ = add(QStringLiteral("stop"), tr("En&d the run"), &RunDetails::endRun);
    restore_ = add(QStringLiteral("restore"), tr("Re&store copies…"), &RunDetails::restore);
    export_ = add(QStringLiteral("export"), tr("E&xport…"), &RunDetails::chooseExport);
    restore_->setToolTip(tr("Sends the saved copies back to the queue they came from"));
    for (QPushButton* button : {resume_, end_, restore_, export_})
        bar->addWidget(button);
    layout->addLayout(bar);

    table_->setModel(proxy_);
    table_->setAccessibleName(tr("Messages of the run"));
    table_->rememberColumns(context.settings, QStringLiteral("replays/items"), {RunItemModel::ChangedAt},
                            {50, 170, 200, 100, 150, 150, 150, 200, 150, 60});
    layout->addWidget(table_, 1);

    connect(filter_, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant state = filter_->currentData();
        if (run_)
            items_->setRun(run_->header.id, state.isValid()
                                                ? std::optional(static_cast<ItemState>(state.toInt()))
                                                : std::nullopt);
    });
    connect(items_, &RunItemModel::failed, this, &RunDetails::errorRaised);
    connect(items_, &RunItemModel::loaded, this, [this] {
        table_->followRows();
        follow();
    });
    connect(table_, &TableView::opened, this, [this] { showMessage(); });
    connect(strip_, &ProgressStrip::pauseWanted, this, &RunDetails::pauseOrGoOn);
    connect(strip_, &ProgressStrip::resumeWanted, this, &RunDetails::pauseOrGoOn);
    connect(strip_, &ProgressStrip::cancelWanted, this, &RunDetails::cancelRun);
    connect(exportStrip_, &ProgressStrip::cancelWanted, this, &RunDetails::cancelExport);
    refreshSoon_.setSingleShot(true);
    refreshSoon_.setInterval(refreshMs);
    connect(&refreshSoon_, &QTimer::timeout, items_, &RunItemModel::refresh);
    connect(access_, &AccessNote::navigate, this, &RunDetails::navigate);
    connect(access_, &AccessNote::changed, this, &RunDetails::follow);
    clear();
}

QPushButton* RunDetails::add(const QString& iconName, const QString& text, void (RunDetails::*what)()) {
    auto* button = new QPushButton(icon(iconName), text, this);
    connect(button, &QPushButton::clicked, this, what);
    return button;
}

QPushButton* RunDetails::button(DoubtChoice choice) const {
    return choice == DoubtChoice::SendAgain ? again_ : choice == DoubtChoice::TreatAsSent ? arrived_ : leave_;
}

QString RunDetails::factsText() const {
    return facts_->text() + QLatin1Char('\n') + outcome_->text();
}

QString RunDetails::doubtText() const {
    return doubtBox_->isHidden() ? QString() : doubt_->text();
}

void RunDetails::clear() {
    run_.reset();
    job_ = nullptr;
    items_->setRun({});
    headline_->clear();
    for (QWidget* widget :
         std::initializer_list<QWidget*>{headline_, badge_, facts_, outcome_, strip_, doubtBox_, access_,
                                         filter_, resume_, end_, restore_, export_})
        widget->hide();
    table_->emptyState()->present(QStringLiteral("replays"), tr("No run chosen"),
                                  tr("Choose a run above to see what happened to each of its messages."));
    table_->followRows();
}

void RunDetails::present(const RunRecord& run, bool isOpen) {
    const bool isOther = !run_ || run_->header.id != run.header.id;
    const bool sameCounts = run_ && run_->counts == run.counts;
    run_ = run;
    isOpen_ = isOpen;
    ReplayJob* job = context_.replays.job(run.header.id);
    if (job != job_) {
        job_ = job;
        if (job) {
            connect(job, &ReplayJob::progressChanged, this, &RunDetails::follow, Qt::UniqueConnection);
            connect(job, &ReplayJob::stateChanged, this, &RunDetails::follow, Qt::UniqueConnection);
        }
    }
    if (isOther) {
        const QSignalBlocker quiet(filter_);
        filter_->clear();
        filter_->addItem(tr("All messages"));
        for (const ItemState state : filterStates) {
            if (const qint64 count = countOf(run, state); count > 0)
                filter_->addItem(
                    QStringLiteral("%1 (%2)").arg(itemStateWords(state, removesOriginals(run.header)).text,
                                                  words::count(count)),
                    static_cast<int>(state));
        }
        table_->emptyState()->present(QStringLiteral("list"), tr("No messages"),
                                      tr("This run has no such messages."));
        proxy_->setRemoves(removesOriginals(run.header));
        items_->setRun(run.header.id);
    } else if (!sameCounts) {
        items_->refresh();
    }
    access_->setConnection(run.header.source.connectionId);
    badge_->follow(context_, run.header.source.connectionId);
    for (QWidget* widget : std::initializer_list<QWidget*>{headline_, facts_, outcome_, filter_, export_})
        widget->show();
    follow();
}

void RunDetails::refresh() {
    items_->refresh();
    follow();
}

// In the journal's own words, which the command line says as well.
QString RunDetails::doubtReason() const {
    QString reason;
    for (int row = 0; row < items_->rowCount(); ++row) {
        const ItemRecord* item = items_->at(row);
        if (item->state != ItemState::InDoubt || item->reason.isEmpty() || item->reason == reason)
            continue;
        if (!reason.isEmpty())
            return tr("sent, and no answer of the broker is on record (why is said at each)");
        reason = item->reason;
    }
    while (reason.endsWith(QLatin1Char('.')))
        reason.chop(1);
    return reason.isEmpty() ? tr("sent, and no answer of the broker is on record") : reason;
}

void RunDetails::follow() {
    if (!run_)
        return;
    const RunHeader& header = run_->header;
    const bool working = isWorking();
    headline_->setText(tr("%1 · %2").arg(runKindText(header.kind), routeText(header)));
    QStringList facts{words::when(header.createdAt), header.actor, header.connectionName,
                      tr("run %1").arg(header.id.left(8))};
    if (!header.reason.isEmpty())
        facts << tr("reason: %1").arg(header.reason);
    if (!run_->endReason.isEmpty())
        facts << run_->endReason;
    if (canRestore() && run_->endedAt.isValid())
        facts << tr("copies kept until %1")
                     .arg(QLocale().toString(copiesKeptUntil(*run_).toLocalTime().date(),
                                             QLocale::ShortFormat));
    facts_->setText(facts.join(QStringLiteral(" · ")));
    const bool failed = run_->state == RunState::Failed;
    outcome_->setText(working ? standText(*job_, header)
                      : canResume() && failed
                          ? tr("This run failed before its end. %1").arg(resumeText(*run_))
                      : canResume() && isOpen_ ? tr("This run was cut short. %1").arg(resumeText(*run_))
                                               : outcomeText(*run_));
    outcome_->setVisible(!outcome_->text().isEmpty());
    if (working) {
        strip_->present(progressOf(*job_, *run_));
        if (!refreshSoon_.isActive())
            refreshSoon_.start();
    } else {
        strip_->hide();
    }
    const qint64 doubts = countOf(*run_, ItemState::InDoubt);
    doubt_->setText(tr("%1 in doubt: %2. Look at the receiver whether they arrived, then decide; choose some "
                       "below, or decide about all.")
                        .arg(words::count(doubts), doubtReason()));
    doubtBox_->setVisible(doubts > 0 && !working);
    const DoubtWords choices = doubtWords(header);
    arrived_->setText(choices.arrived);
    arrived_->setToolTip(choices.arrivedTip);
    leave_->setVisible(removesOriginals(header)); // else there is no queue that holds them
    end_->setToolTip(tr("%1 What has no answer is listed in doubt.").arg(restText(header)));
    const bool allowed = access_->access().allowed();
    const bool acts = canResume() || canDecide() || canRestore();
    access_->setVisible(acts && !allowed);
    for (QPushButton* each : {arrived_, again_, leave_})
        each->setEnabled(allowed);
    resume_->setText(run_->state == RunState::Planned && !isOpen_ ? tr("&Start") : tr("&Resume"));
    resume_->setVisible(canResume());
    resume_->setEnabled(allowed);
    end_->setVisible(canEnd());
    restore_->setVisible(canRestore());
    restore_->setEnabled(allowed);
}

} // namespace signalbox
