#include "models/replay/replayengine.h"

#include "models/base/lognames.h"

#include <QDateTime>
#include <spdlog/spdlog.h>

namespace signalbox {
namespace {

using namespace std::chrono_literals;

constexpr auto owedAnswers = 10s; // the broker usually confirms within milliseconds

void logWarning(const QString& text) {
    if (const auto log = spdlog::get(lognames::replay))
        log->warn("{}", text.toStdString());
}

} // namespace

ReplayEngine::ReplayEngine(const RunContext& context, RunItems& items, Intake& intake, Sender& sender,
                           RunControl& control)
    : context_(context)
    , items_(items)
    , intake_(intake)
    , sender_(sender)
    , control_(control)
    , pipeline_(context, items, intake, sender)
    , lastKeepAlive_(now())
    , measuredAt_(now()) {}

ReplayEngine::End ReplayEngine::run() {
    End end = End::Finished;
    measuredCount_ = progress().done;
    while (!isFinished()) {
        const RunControl::Wish wish = control_.wish();
        if (wish == RunControl::Wish::Cancel || wish == RunControl::Wish::Detach) {
            end = wish == RunControl::Wish::Cancel ? End::Cancelled : End::Detached;
            break;
        }
        if (wish == RunControl::Wish::Run && !mayGoOn()) {
            end = End::Detached;
            break;
        }
        Result<void> done;
        if (wish == RunControl::Wish::Pause) {
            done = pausedTurn();
        } else {
            if (paused_)
                leavePause();
            done = keepLinks();
            if (done)
                done = turn();
        }
        if (!done) {
            error_ = done.error();
            end = End::Failed;
            break;
        }
        showWhere();
        measure();
    }
    windDown(end);
    return end;
}

// A permit that has run out is no reason to break off in the middle of sending, but nothing is taken up again
// with it.
bool ReplayEngine::mayGoOn() {
    const bool opens = sender_.isDue() && !sender_.isUp();
    if (!context_.mayWrite || !(paused_ || opens || (!intake_.isUp() && intake_.isDue())))
        return true;
    if (auto allowed = context_.mayWrite(); !allowed) {
        notAllowed_ = allowed.error();
        return false;
    }
    return true;
}

bool ReplayEngine::isFinished() const {
    if (!pipeline_.isIdle() || !intake_.isDone())
        return false;
    // With the source down, whatever is not done has to be met (again) first.
    const qint64 unanswered = context_.moves() ? items_.count(ItemState::Published) : 0;
    return intake_.isUp() || (items_.count(ItemState::Planned) == 0 &&
                              items_.count(context_.toRemove()) == 0 && unanswered == 0);
}

Result<void> ReplayEngine::keepLinks() {
    if (!intake_.isUp() && intake_.isDue()) {
        if (auto allowed = intake_.mayOpen(); !allowed)
            return allowed;
    }
    if (sender_.exists() && !sender_.isUp()) {
        pipeline_.collect(0);
        if (sender_.isDue()) {
            control_.isOpening = true;
            sender_.open();
            control_.isOpening = false;
        }
    }
    if (sender_.fatal())
        return failure(*sender_.fatal());
    // While the broker takes nothing, taking from the queue would only hide messages from others.
    const bool worthIt = sender_.isUp() && !(sender_.isBlocked() && blockedSince_ != Time{});
    if (!intake_.isUp()) {
        pipeline_.sourceWentDown();
        if (intake_.isDue() && worthIt) {
            control_.isOpening = true;
            auto opened = intake_.open();
            control_.isOpening = false;
            if (!opened)
                return opened;
        }
    }
    return {};
}

bool ReplayEngine::mayTake() const {
    return intake_.isUp() && !intake_.isDone() && !refreshing_ && !pipeline_.isFull() && sender_.isUp() &&
           !sender_.isBlocked();
}

Result<void> ReplayEngine::turn() {
    const bool quiet = pipeline_.inFlight() == 0 && !pipeline_.isWriting() && !pipeline_.hasStaged();
    bool took = false;
    if (mayTake()) {
        const auto wait = quiet ? context_.tuning.idleWait : ms(1);
        if (auto done = pipeline_.take(static_cast<int>(wait.count())); !done)
            return done;
        took = pipeline_.tookSomething();
    }
    const bool mustWait = !took && !mayTake();
    // The broker has plenty to do and what comes next is at hand: to look less often costs both sides less.
    // A mover has to speak in between, and so waits in collect().
    const bool speaks = context_.moves() && pipeline_.inFlight() > 0;
    const bool fed = mustWait && pipeline_.inFlight() >= context_.tuning.window / 2 && !sender_.isBlocked();
    if (fed && !speaks)
        control_.sleepFor(context_.tuning.nap);
    if (sender_.exists() && sender_.isUp()) {
        ms patience{0};
        if (sender_.isBlocked())
            patience = context_.tuning.idleWait;
        else if (mustWait && speaks)
            patience = pipeline_.isWriting() ? ms(1) : context_.tuning.nap;
        else if (mustWait && !fed && !pipeline_.isWriting() && pipeline_.inFlight() > 0)
            patience = ms(5);
        pipeline_.collect(static_cast<int>(patience.count()));
    }
    const bool hurry = (mustWait || intake_.isDone()) && pipeline_.inFlight() == 0;
    const ms patience = mustWait && !fed && !speaks && pipeline_.isWriting() ? ms(2) : ms(0);
    if (auto done = pipeline_.advance(RunPipeline::Gate::Open, hurry, patience); !done)
        return done;
    const bool atEnd = intake_.isDone() && pipeline_.inFlight() == 0 && !pipeline_.hasStaged();
    if (auto done = pipeline_.sync(atEnd); !done)
        return done;
    watchHolding();
    if (!took) {
        if (auto done = keepAlive(); !done)
            return done;
    }
    if (mustWait && !pipeline_.isWriting() && pipeline_.inFlight() == 0 && !isFinished())
        waitForWork();
    return {};
}

// The ports answer heartbeats only when they are called.
Result<void> ReplayEngine::keepAlive() {
    const auto every = intake_.holdsLocks() ? context_.tuning.keepLocks : context_.tuning.keepAlive;
    if (now() - lastKeepAlive_ < every)
        return {};
    lastKeepAlive_ = now();
    if (auto alive = intake_.sync(); !alive)
        return failure(alive.error());
    pipeline_.collect(0);
    return {};
}

// Nothing is under way: a rate limit, a link that is down, an alarm.
void ReplayEngine::waitForWork() {
    if (pipeline_.hasStaged() && sender_.isUp() && !sender_.isBlocked() && !pipeline_.journalTrouble())
        control_.sleepFor(5ms);
    else if (!intake_.isUp() || !sender_.isUp() || pipeline_.journalTrouble())
        control_.sleepFor(context_.tuning.idleWait);
}

// Gives everything back where holding on would do harm: a long alarm, or the broker's consumer time-out.
void ReplayEngine::watchHolding() {
    if (!sender_.isBlocked())
        blockedSince_ = {};
    else if (blockedSince_ == Time{})
        blockedSince_ = now();
    const bool longAlarm = blockedSince_ != Time{} && now() - blockedSince_ > context_.tuning.pauseHold;
    if (!refreshing_ && intake_.isUp() && (longAlarm || intake_.holdsTooLong()))
        refreshing_ = true;
    if (!refreshing_ || pipeline_.isWriting())
        return;
    // An alarm may keep answers away for long; their originals are met again later.
    if (pipeline_.inFlight() > 0 && !longAlarm)
        return;
    pipeline_.sourceWentDown();
    intake_.release();
    refreshing_ = false;
}

void ReplayEngine::enterPause() {
    paused_ = true;
    pausedAt_ = lastKeepAlive_ = now();
    if (auto done = context_.journal.setRunState(context_.header.id, RunState::Paused); !done)
        logWarning(done.error().summary);
    control_.showState(ReplayJob::State::Paused);
}

void ReplayEngine::leavePause() {
    paused_ = false;
    measuredAt_ = now();
    measuredCount_ = progress().done;
    if (auto done = context_.journal.setRunState(context_.header.id, RunState::Running); !done)
        logWarning(done.error().summary);
    control_.showState(ReplayJob::State::Running);
}

Result<void> ReplayEngine::pausedTurn() {
    if (!paused_)
        enterPause();
    pipeline_.collect(pipeline_.inFlight() > 0 ? static_cast<int>(context_.tuning.idleWait.count()) : 0);
    if (auto done = pipeline_.advance(RunPipeline::Gate::NoNewSteps, true, context_.tuning.idleWait); !done)
        return done;
    const bool calm = pipeline_.inFlight() == 0 && !pipeline_.isWriting();
    if (calm) {
        if (auto done = pipeline_.sync(true); !done)
            return done;
    }
    if (!intake_.isUp())
        pipeline_.sourceWentDown();
    else if (calm && now() - pausedAt_ >= context_.tuning.pauseHold) {
        pipeline_.sourceWentDown();
        intake_.release();
    }
    if (auto done = keepAlive(); !done)
        return done;
    if (calm)
        control_.sleepFor(context_.tuning.idleWait);
    return {};
}

QString ReplayEngine::withNextTry(const QString& what, const Error& error, Time next) {
    if (next == reasonFor_ && !reason_.isEmpty())
        return reason_; // the clock time of the next try is said once per try
    reasonFor_ = next;
    const auto wait = std::chrono::duration_cast<ms>(next - now());
    const QDateTime at = QDateTime::currentDateTime().addMSecs(std::max<qint64>(0, wait.count()));
    reason_ = QStringLiteral("%1: %2 Next try at %3.")
                  .arg(what, error.summary, at.toString(QStringLiteral("HH:mm:ss")));
    logWarning(reason_);
    return reason_;
}

QString ReplayEngine::waitReason() {
    if (const auto& trouble = pipeline_.journalTrouble())
        return QStringLiteral("The journal cannot be written: %1 Trying again every second.")
            .arg(trouble->summary);
    if (!sender_.isUp())
        return withNextTry(QStringLiteral("Publishing"), sender_.downReason(), sender_.nextTry());
    if (sender_.isBlocked())
        return QStringLiteral("The broker takes no messages for now: %1").arg(sender_.blockedReason());
    if (!intake_.isUp() && !intake_.downReason().summary.isEmpty())
        return withNextTry(QStringLiteral("Reading"), intake_.downReason(), intake_.nextTry());
    if (QString stalled = intake_.stalledBecause(); !stalled.isEmpty())
        return stalled;
    if (pipeline_.inFlight() > 0 && now() - pipeline_.lastAnswer() > owedAnswers)
        return QStringLiteral("The broker has not confirmed %1 messages yet.").arg(pipeline_.inFlight());
    return {};
}

void ReplayEngine::showWhere() {
    if (paused_)
        return;
    const QString reason = waitReason();
    if (reason.isEmpty()) {
        reason_.clear();
        control_.showState(ReplayJob::State::Running);
    } else {
        control_.showState(ReplayJob::State::Waiting, reason);
    }
}

} // namespace signalbox
