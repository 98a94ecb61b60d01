#include "views/replay/replayspage.h"

#include "models/base/whendone.h"
#include "views/replay/rundetails.h"
#include "views/replay/runwords.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int shownRuns = 1000;
constexpr int lookAgainMs = 5000;

QString splitterKey() {
    return QStringLiteral("replays/splitter");
}

} // namespace

ReplaysPage::ReplaysPage(ConsoleContext& context, QWidget* parent)
    : Page(parent)
    , context_(context)
    , model_(new RunModel(this))
    , proxy_(new RunProxy(*model_, this))
    , banner_(new ErrorBanner(this))
    , search_(new SearchLine(tr("Search runs by queue, destination, person, reason, id or message id"), this))
    , counter_(dimLabel({}, this))
    , table_(new TableView(this))
    , details_(new RunDetails(context, this))
    , splitter_(new QSplitter(Qt::Vertical, this))
    , lookAgain_(new QTimer(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(space::medium, space::small, space::medium, space::small);
    bar->setSpacing(space::small);
    auto* headline = new QLabel(title(), this);
    headline->setFont(headlineFont());
    bar->addWidget(headline);
    bar->addSpacing(space::large);
    bar->addWidget(search_, 1);
    bar->addWidget(counter_);
    layout->addLayout(bar);
    layout->addWidget(banner_);
    splitter_->addWidget(table_);
    splitter_->addWidget(details_);
    splitter_->setChildrenCollapsible(false);
    splitter_->setStretchFactor(0, 2);
    splitter_->setStretchFactor(1, 3);
    layout->addWidget(splitter_, 1);

    table_->setModel(proxy_);
    table_->setAccessibleName(title());
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setSortingEnabled(true);
    table_->sortByColumn(RunModel::CreatedAt, Qt::DescendingOrder);
    table_->rememberColumns(context.settings, QStringLiteral("replays/runs"), {},
                            {145, 70, 170, 150, 115, 150, 80, 60, 70, 60, 110});
    if (const QByteArray state = context.settings.value(splitterKey()).toByteArray(); !state.isEmpty())
        splitter_->restoreState(state);
    connect(splitter_, &QSplitter::splitterMoved, this,
            [this] { context_.settings.setValue(splitterKey(), splitter_->saveState()); });
    lookAgain_->setObjectName(QStringLiteral("lookAgain"));
    lookAgain_->setSingleShot(true);
    lookAgain_->setInterval(lookAgainMs);
    connect(lookAgain_, &QTimer::timeout, this, [this] {
        // Other programs work on runs as well. A search looks into every saved copy: not without need.
        if (isVisible() && search_->text().isEmpty())
            reload();
    });
    connect(search_, &SearchLine::searched, this, [this] {
        dismissSaid();
        reload();
    });
    connect(search_, &SearchLine::leftDownwards, table_, [this] { table_->setFocus(); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ReplaysPage::followSelection);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        // Another run was chosen; a list that was read again keeps the row.
        if (const QString id = currentRun(); !id.isEmpty() && id != saidOf_)
            dismissSaid();
    });
    connect(details_, &RunDetails::errorRaised, this, [this](const Error& error) {
        banner_->present(error);
        noteSaid();
    });
    connect(details_, &RunDetails::said, this, [this](const QString& text) {
        banner_->present(Severity::Info, text);
        noteSaid();
    });
    connect(details_, &RunDetails::acting, this, &ReplaysPage::dismissSaid);
    connect(details_, &RunDetails::changed, this, &ReplaysPage::reload);
    connect(details_, &RunDetails::runMade, this, [this](const QString& run) {
        wanted_ = run;
        reload();
    });
    connect(details_, &RunDetails::navigate, this, &Page::navigate);
    connect(&context.replays, &ReplayDesk::jobsChanged, this, &ReplaysPage::followJobs);
    connect(&context.replays, &ReplayDesk::runEnded, this, &ReplaysPage::reload);
    followJobs();
    reload();
}

QString ReplaysPage::title() const {
    return tr("Replays");
}

QString ReplaysPage::iconName() const {
    return QStringLiteral("replays");
}

void ReplaysPage::activate(const QVariantMap& arguments) {
    if (const QString run = arguments.value(QStringLiteral("run")).toString(); !run.isEmpty()) {
        wanted_ = run;
        search_->setText({});
    }
    reload();
}

void ReplaysPage::hideEvent(QHideEvent* event) {
    dismissSaid();
    Page::hideEvent(event);
}

QString ReplaysPage::currentRun() const {
    const QModelIndex current = table_->currentIndex();
    const RunRecord* run = current.isValid() ? model_->at(proxy_->mapToSource(current).row()) : nullptr;
    return run ? run->header.id : QString();
}

void ReplaysPage::noteSaid() {
    if (banner_->isHidden())
        return;
    said_ = banner_->summary();
    saidOf_ = currentRun();
}

// What was said about the last act goes with the next one; the offer of runs that were cut short stays.
void ReplaysPage::dismissSaid() {
    if (!said_.isEmpty() && !banner_->isHidden() && banner_->summary() == said_)
        banner_->dismiss();
    said_.clear();
}

void ReplaysPage::focusSearch() {
    search_->setFocus();
    search_->edit()->selectAll();
}

QList<QWidget*> ReplaysPage::panes() {
    return {table_, details_->table(), search_};
}

std::vector<Command> ReplaysPage::commands() {
    // Where it cannot be done, the hint says why.
    const auto made = [](const char* id, const QString& text, const char* keys, const char* iconName,
                         const std::function<bool()>& enabled, std::function<void()> run,
                         const QString& why = {}) {
        return Command{QString::fromLatin1(id),
                       text,
                       QKeySequence(QString::fromLatin1(keys)),
                       enabled,
                       std::move(run),
                       QString::fromLatin1(iconName),
                       !enabled || enabled() ? QString() : why};
    };
    RunDetails* details = details_;
    const QString none = details->run() ? QString() : tr("no run is chosen");
    const auto why = [&none](const QString& otherwise) { return none.isEmpty() ? otherwise : none; };
    const auto decides = [details] { return details->canDecide(); };
    const auto works = [details] { return details->isWorking(); };
    const auto resumes = [details] { return details->canResume(); };
    return {
        made("replays.refresh", tr("Read the runs again"), "F5", "refresh", {}, [this] { reload(); }),
        made(
            "replays.resume", tr("Start or resume the run"), "Ctrl+Return", "play", resumes,
            [details] { details->resumeRun(); }, why(tr("the run is at work or over"))),
        made(
            "replays.pause", tr("Pause the run, or let it go on"), "Ctrl+P", "pause", works,
            [details] { details->pauseOrGoOn(); }, why(tr("the run is not at work"))),
        made(
            "replays.cancel", tr("Cancel the run at work"), "", "stop", works,
            [details] { details->cancelRun(); }, why(tr("the run is not at work"))),
        made(
            "replays.end", tr("End the run that was cut short"), "", "stop",
            [details] { return details->canEnd(); }, [details] { details->endRun(); },
            why(tr("the run is at work or over"))),
        made(
            "replays.arrived", tr("In doubt: they arrived, remove the originals"), "", "question", decides,
            [details] { details->askDecide(DoubtChoice::TreatAsSent); }, why(tr("nothing is in doubt"))),
        made(
            "replays.again", tr("In doubt: they did not arrive, send again"), "", "question", decides,
            [details] { details->askDecide(DoubtChoice::SendAgain); }, why(tr("nothing is in doubt"))),
        made(
            "replays.leave", tr("In doubt: leave them in the queue"), "", "question", decides,
            [details] { details->askDecide(DoubtChoice::Leave); }, why(tr("nothing is in doubt"))),
        made(
            "replays.restore", tr("Restore saved copies…"), "Ctrl+Shift+R", "restore",
            [details] { return details->canRestore(); }, [details] { details->restore(); },
            why(tr("the run has no copies to restore"))),
        made(
            "replays.export", tr("Export the run…"), "Ctrl+E", "export",
            [details] { return details->run().has_value(); }, [details] { details->chooseExport(); }, none),
    };
}

std::vector<Command> ReplaysPage::places() {
    std::vector<Command> all;
    for (int row = 0; row < std::min(model_->rowCount(), 100); ++row) {
        const RunRecord* run = model_->at(row);
        const QString id = run->header.id;
        all.push_back({QStringLiteral("run:") + id,
                       tr("Run: %1 %2").arg(runKindText(run->header.kind), routeText(run->header)),
                       {},
                       {},
                       [this, id] {
                           Q_EMIT navigate(QStringLiteral("replays"), {{QStringLiteral("run"), id}});
                       },
                       QStringLiteral("replays"),
                       words::when(run->header.createdAt)});
    }
    return all;
}

QString ReplaysPage::unfinishedWork() const {
    QStringList all;
    for (const ReplayJob* job : context_.replays.jobs()) {
        if (const RunRecord* run = model_->at(model_->rowOf(job->runId())))
            all << tr("%1 of %2").arg(runKindText(run->header.kind), run->header.source.name);
        else
            all << tr("a run");
    }
    return all.join(QStringLiteral(", "));
}

// The runs that were cut short first: asking for them lists as in doubt what they sent without an answer.
void ReplaysPage::reload() {
    const int generation = ++generation_;
    whenDone(context_.replays.unfinished(), this,
             [this, generation](const Result<std::vector<RunRecord>>& open) {
                 if (generation != generation_)
                     return;
                 if (!open)
                     tellUnread(open.error());
                 else if (!unread_.isEmpty() && banner_->summary() == std::exchange(unread_, {}))
                     banner_->dismiss(); // it is mended
                 readRuns(open ? *open : std::vector<RunRecord>());
             });
}

void ReplaysPage::tellUnread(const Error& error) {
    unread_ = error.summary;
    banner_->present(error, tr("Try again"), [this] { reload(); });
    lookAgain_->start();
}

void ReplaysPage::readRuns(const std::vector<RunRecord>& open) {
    whenDone(context_.replays.runs(search_->text(), shownRuns), this,
             [this, open, generation = generation_](Result<std::vector<RunRecord>> runs) {
                 if (generation != generation_)
                     return;
                 if (!runs) {
                     tellUnread(runs.error());
                     return;
                 }
                 showRuns(std::move(*runs), open);
             });
}

void ReplaysPage::showRuns(std::vector<RunRecord> runs, const std::vector<RunRecord>& open) {
    const auto count = static_cast<qint64>(runs.size());
    QSet<QString> ids;
    for (const RunRecord& run : open) {
        if (!context_.replays.job(run.header.id))
            ids.insert(run.header.id);
    }
    model_->update(std::move(runs));
    proxy_->setOpenRuns(ids);
    counter_->setText(count == shownRuns ? tr("newest %1 runs").arg(words::count(count))
                      : count == 1       ? tr("1 run")
                                         : tr("%1 runs").arg(words::count(count)));
    counter_->setVisible(count > 0);
    if (search_->text().isEmpty())
        table_->emptyState()->present(
            QStringLiteral("replays"), tr("Nothing has been replayed yet"),
            tr("Read a queue under Dead letters, choose messages and replay or delete them. "
               "Every run is listed here with what happened to each message."),
            tr("Go to Dead letters"), [this] { Q_EMIT navigate(QStringLiteral("deadletters"), {}); });
    else
        table_->emptyState()->present(
            QStringLiteral("search"), tr("No run fits the search"),
            tr("A run is found by what its row says, and by the id of a message it has saved."),
            tr("Clear search"), [this] { search_->setText({}); });
    table_->followRows();
    if (!wanted_.isEmpty())
        select(std::exchange(wanted_, {}));
    else if (!table_->currentIndex().isValid() && proxy_->rowCount() > 0)
        table_->selectRow(0);
    followJobs();
    offerUnfinished(open);
    lookAgain_->start();
    Q_EMIT loaded();
}

// Once for each set of runs: a person who has dismissed it need not see it again.
void ReplaysPage::offerUnfinished(const std::vector<RunRecord>& open) {
    QStringList ids;
    for (const RunRecord& run : open) {
        if (proxy_->isOpen(run.header.id))
            ids << run.header.id;
    }
    ids.sort();
    const QString named = ids.join(QLatin1Char(' '));
    const bool isShown = !banner_->isHidden() && !offer_.isEmpty() && banner_->summary() == offer_;
    if (named == offered_ && !isShown)
        return;
    offered_ = named;
    if (ids.isEmpty()) {
        if (isShown)
            banner_->dismiss();
        offer_.clear();
        return;
    }
    const auto first = std::find_if(open.begin(), open.end(),
                                    [this](const RunRecord& run) { return proxy_->isOpen(run.header.id); });
    const QString text =
        ids.size() == 1
            ? tr("A run was cut short: %1 %2. %3")
                  .arg(runKindText(first->header.kind), routeText(first->header), resumeText(*first))
            : tr("%1 runs were cut short. Resume or end each of them.").arg(words::count(ids.size()));
    if (isShown && text == offer_)
        return;
    offer_ = text;
    banner_->present(Severity::Warning, text, {}, tr("Show"), [this, id = first->header.id] { select(id); });
}

void ReplaysPage::followJobs() {
    for (ReplayJob* job : context_.replays.jobs()) {
        const auto show = [this, job] { model_->showJob(job->runId(), job->state(), job->progress()); };
        if (!job->property("followed").toBool()) {
            job->setProperty("followed", true);
            connect(job, &ReplayJob::progressChanged, this, show);
            connect(job, &ReplayJob::stateChanged, this, show);
            if (model_->rowOf(job->runId()) < 0 && search_->text().isEmpty())
                reload();
        }
        show();
    }
    followSelection();
    Q_EMIT commandsChanged();
}

void ReplaysPage::followSelection() {
    const RunRecord* run = model_->at(model_->rowOf(currentRun()));
    if (run)
        details_->present(*run, proxy_->isOpen(run->header.id));
    else
        details_->clear();
    Q_EMIT commandsChanged();
}

void ReplaysPage::select(const QString& runId) {
    const int row = model_->rowOf(runId);
    if (row < 0)
        return;
    const QModelIndex index = proxy_->mapFromSource(model_->index(row, 0));
    table_->selectRow(index.row());
    table_->scrollTo(index);
    followSelection();
}

} // namespace signalbox
