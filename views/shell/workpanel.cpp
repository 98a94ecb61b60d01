#include "views/shell/workpanel.h"

#include "models/base/whendone.h"
#include "views/replay/runwords.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int workLookMs = 250;
constexpr int panelWidth = 620;

// Not at once: it may be its own button that led here.
void remove(QWidget* row) {
    if (!row)
        return;
    row->hide();
    row->deleteLater();
}

bool listsRuns(const PageSlot& slot) {
    return slot.id == QLatin1String("replays");
}

} // namespace

QStringList otherWork(const std::vector<PageSlot>& pages) {
    QStringList all;
    for (const PageSlot& slot : pages) {
        if (const QString words = slot.page->unfinishedWork(); !listsRuns(slot) && !words.isEmpty())
            all << words;
    }
    return all;
}

WorkPanel::WorkPanel(ConsoleContext& context, const std::vector<PageSlot>& pages, QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , context_(context)
    , pages_(pages)
    , rows_(new QVBoxLayout(this)) {
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Work under way"));
    rows_->setContentsMargins(space::medium, space::small, space::medium, space::small);
    rows_->setSpacing(space::small);
    auto* headline = new QLabel(tr("Work under way"), this);
    headline->setFont(headlineFont());
    rows_->addWidget(headline);
    setFixedWidth(panelWidth);
    look_.setInterval(workLookMs);
    connect(&look_, &QTimer::timeout, this, &WorkPanel::look);
    look_.start();
    look();
}

QWidget* WorkPanel::addRow(QWidget* content, const QString& target, const QVariantMap& arguments) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(content, 1);
    auto* show = new QPushButton(tr("Show"), row);
    layout->addWidget(show);
    connect(show, &QPushButton::clicked, this, [this, target, arguments] {
        close();
        Q_EMIT navigate(target, arguments);
    });
    rows_->addWidget(row);
    return row;
}

void WorkPanel::addRun(const QString& runId) {
    auto* strip = new ProgressStrip(this);
    RunRow& made = runs_[runId];
    made.strip = strip;
    made.label = tr("Run");
    made.row = addRow(strip, QStringLiteral("replays"), {{QStringLiteral("run"), runId}});
    const auto tell = [this, runId](void (ReplayJob::*what)()) {
        return [this, runId, what] {
            if (ReplayJob* job = context_.replays.job(runId))
                (job->*what)();
            look();
        };
    };
    connect(strip, &ProgressStrip::pauseWanted, this, tell(&ReplayJob::pause));
    connect(strip, &ProgressStrip::resumeWanted, this, tell(&ReplayJob::resume));
    connect(strip, &ProgressStrip::cancelWanted, this, tell(&ReplayJob::cancel));
    whenDone(context_.replays.run(runId), this, [this, runId](const Result<RunRecord>& run) {
        if (!run || !runs_.contains(runId))
            return;
        runs_[runId].label = tr("%1 of %2").arg(runKindText(run->header.kind), run->header.source.name);
        look();
    });
}

void WorkPanel::showRun(ReplayJob& job) {
    if (!runs_.contains(job.runId()))
        addRun(job.runId());
    const RunRow& row = runs_[job.runId()];
    const ReplayJob::Progress progress = job.progress();
    ProgressStrip::State state;
    state.label = row.label;
    state.done = progress.done;
    state.total = progress.total;
    state.perSecond = progress.perSecond;
    state.secondsLeft = progress.secondsLeft;
    state.paused = job.state() == ReplayJob::State::Paused;
    if (job.state() == ReplayJob::State::Waiting)
        state.note = runStateWords({}, job.state(), false).text;
    row.strip->setToolTip(job.waitingFor());
    row.strip->present(state);
}

void WorkPanel::showPage(const PageSlot& slot) {
    const QString words = slot.page->unfinishedWork();
    if (words.isEmpty()) {
        remove(others_.take(slot.id).row);
        return;
    }
    if (!others_.contains(slot.id)) {
        auto* text = new QLabel(this);
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        others_[slot.id] = {addRow(text, slot.id, {}), text};
    }
    QLabel* text = others_[slot.id].text;
    text->setText(QStringLiteral("%1: %2").arg(slot.page->title(), words));
}

void WorkPanel::look() {
    QStringList alive;
    for (ReplayJob* job : context_.replays.jobs()) {
        alive << job->runId();
        showRun(*job);
    }
    const QStringList known = runs_.keys();
    for (const QString& run : known) {
        if (!alive.contains(run))
            remove(runs_.take(run).row);
    }
    for (const PageSlot& slot : pages_) {
        if (!listsRuns(slot))
            showPage(slot);
    }
    if (runs_.isEmpty() && others_.isEmpty())
        close();
    else
        adjustSize();
}

ProgressStrip* WorkPanel::strip(const QString& runId) const {
    return runs_.value(runId).strip;
}

QStringList WorkPanel::shown() const {
    QStringList lines;
    for (const RunRow& row : runs_)
        lines << QStringLiteral("%1 · %2").arg(row.label, row.strip->text());
    for (const PageRow& row : others_)
        lines << row.text->text();
    lines.sort();
    return lines;
}

} // namespace signalbox
