#include "models/replay/barepurge.h"

namespace signalbox {

BarePurge::BarePurge(QueuePurger& purger, RunControl& control, const ReplayTuning& tuning, qint64 ready,
                     std::function<Result<void>()> mayWrite)
    : purger_(purger)
    , control_(control)
    , tuning_(tuning)
    , ready_(ready)
    , mayWrite_(std::move(mayWrite))
    , link_(tuning)
    , began_(now()) {}

QString BarePurge::summary() const {
    QString text = QStringLiteral("%1 removed, no copies kept").arg(purger_.removed());
    if (const QString remark = purger_.remark(); !remark.isEmpty())
        text += QStringLiteral("; ") + remark;
    return text;
}

ReplayEngine::End BarePurge::run() {
    using End = ReplayEngine::End;
    End end = End::Finished;
    while (!isDone_) {
        const RunControl::Wish wish = control_.wish();
        if (control_.wantsToEnd()) {
            end = wish == RunControl::Wish::Cancel ? End::Cancelled : End::Detached;
            break;
        }
        if (pauseWanted())
            continue;
        if (!keepOpen() || (link_.isUp() && !removeOnce())) {
            end = notAllowed_ ? End::Detached : End::Failed;
            break;
        }
        if (!link_.isUp()) {
            control_.showState(ReplayJob::State::Waiting, link_.error().summary);
            control_.sleepFor(tuning_.idleWait);
        }
        showProgress();
    }
    purger_.close();
    showProgress();
    return end;
}

bool BarePurge::pauseWanted() {
    if (control_.wish() != RunControl::Wish::Pause)
        return false;
    control_.showState(ReplayJob::State::Paused);
    control_.sleepFor(tuning_.idleWait);
    return true;
}

bool BarePurge::failed(const Error& error) {
    if (link_.failed(error, now()))
        return true;
    error_ = error;
    return false;
}

bool BarePurge::keepOpen() {
    if (link_.isUp() || !link_.isDue(now()))
        return true;
    if (mayWrite_) {
        if (auto allowed = mayWrite_(); !allowed) {
            notAllowed_ = allowed.error();
            return false;
        }
    }
    control_.isOpening = true;
    const auto opened = purger_.open();
    control_.isOpening = false;
    if (!opened)
        return failed(opened.error());
    link_.opened();
    return true;
}

bool BarePurge::removeOnce() {
    control_.showState(ReplayJob::State::Running);
    const auto more = purger_.removeSome();
    if (!more)
        return failed(more.error());
    link_.worked();
    isDone_ = !*more;
    return true;
}

void BarePurge::showProgress() {
    ReplayJob::Progress progress;
    progress.done = purger_.removed();
    progress.total = std::max(ready_, progress.done);
    const double seconds = std::chrono::duration<double>(now() - began_).count();
    progress.perSecond = seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
    if (isDone_)
        progress.secondsLeft = 0;
    else if (progress.perSecond > 0)
        progress.secondsLeft =
            static_cast<int>(static_cast<double>(progress.total - progress.done) / progress.perSecond);
    control_.showProgress(progress);
}

} // namespace signalbox
