// How a run ends, and its figures.
#include "models/messaging/amqp10.h"
#include "models/replay/outgoing.h"
#include "models/replay/replayengine.h"

#include <QtMath>

namespace signalbox {
namespace {

using namespace std::chrono_literals;

constexpr auto measureEvery = 1s;
constexpr std::chrono::milliseconds clocksDiffer = 5min; // at most, this machine's and the service's

} // namespace

ReplayJob::Progress ReplayEngine::progress() const {
    ReplayJob::Progress progress;
    const qint64 removed = items_.count(ItemState::Removed);
    const qint64 confirmed = items_.count(ItemState::Confirmed);
    progress.total = items_.total();
    progress.done = context_.removes() ? removed : confirmed + removed;
    progress.confirmed = context_.sends() ? confirmed + removed : 0;
    progress.inDoubt = items_.count(ItemState::InDoubt);
    progress.failed = items_.count(ItemState::Returned) + items_.count(ItemState::Rejected);
    progress.missing = items_.count(ItemState::Missing);
    progress.perSecond = perSecond_;
    const qint64 ended = progress.done + progress.inDoubt + progress.failed + progress.missing +
                         items_.count(ItemState::Cancelled);
    const qint64 left = progress.total - ended;
    if (left <= 0)
        progress.secondsLeft = 0;
    else if (perSecond_ > 0)
        progress.secondsLeft = qCeil(static_cast<double>(left) / perSecond_);
    return progress;
}

void ReplayEngine::measure() {
    const Time time = now();
    const auto elapsed = time - measuredAt_;
    if (elapsed >= measureEvery) {
        const qint64 count = progress().done;
        const double fresh =
            static_cast<double>(count - measuredCount_) / std::chrono::duration<double>(elapsed).count();
        perSecond_ = perSecond_ > 0 ? 0.6 * perSecond_ + 0.4 * fresh : fresh;
        measuredAt_ = time;
        measuredCount_ = count;
    }
    control_.showProgress(progress());
}

void ReplayEngine::windDown(End end) {
    if (end != End::Finished)
        awaitLastAnswers();
    settleWhatIsLeft(end);
    flush();
    pipeline_.dropStaged();
    intake_.close(); // gives back everything that is still held
    sender_.close();
    measure();
}

// The answers under way get a moment; what stays without one is in doubt.
void ReplayEngine::awaitLastAnswers() {
    const Time deadline = now() + context_.tuning.cancelGrace;
    while (now() < deadline) {
        pipeline_.collect(20);
        const auto done = pipeline_.advance(RunPipeline::Gate::NoSending, true, 20ms);
        if (!done || pipeline_.journalTrouble())
            break; // what cannot be written stays as the journal has it
        if (pipeline_.inFlight() == 0 && !pipeline_.isWriting())
            break;
    }
    pipeline_.doubtRest(QStringLiteral("the run ended before the broker answered"));
}

// It was settled, or about to be, when the link broke.
void ReplayEngine::notMetAgain(RunItem& item) {
    if (context_.header.options.taking != Taking::InOrder) {
        const auto copy = context_.journal.copy(context_.header.id, item.number);
        if (copy && amqp10::stateOf(*copy) == amqp10::State::Scheduled) {
            const QDateTime at = amqp10::time(amqp10::annotation(*copy, scheduledTime));
            if (!at.isValid() || at <= QDateTime::currentDateTimeUtc().addMSecs(clocksDiffer.count())) {
                pipeline_.mark(item, ItemState::Missing,
                               QStringLiteral("its time came before the service had answered: it was "
                                              "cancelled, or it is in the queue unless a receiver took it"));
                return;
            }
        }
    }
    pipeline_.mark(item, ItemState::Removed,
                   context_.header.kind == RunKind::DeadLetter
                       ? QStringLiteral("the original was not met again: it had been dead-lettered already "
                                        "(unless somebody else has taken it)")
                       : QStringLiteral("the original was not met again: it had been removed already"));
}

void ReplayEngine::settleWhatIsLeft(End end) {
    const bool searched = intake_.isExhausted() && end == End::Finished;
    for (RunItem& item : items_.all()) {
        if (item.state == context_.toRemove() && !item.met && searched) {
            notMetAgain(item);
        } else if (context_.moves() && item.state == ItemState::Published && !item.met && searched) {
            pipeline_.mark(
                item, ItemState::Removed,
                QStringLiteral("moved: the answer was lost, and the original is not in the queue any "
                               "more (unless somebody else has removed it)"));
        } else if (item.state == ItemState::Planned && searched) {
            pipeline_.mark(item, ItemState::Missing,
                           item.doubted ? decidedDoubt +
                                              QStringLiteral(" it may have arrived; it was to be sent again, "
                                                             "and its original is not in the queue any more")
                                        : QStringLiteral("not met in the queue"));
        } else if (end == End::Cancelled && (item.state == ItemState::Planned ||
                                             (context_.fromCopies() && item.state == ItemState::Saved))) {
            item.staged = false;
            pipeline_.mark(item, ItemState::Cancelled);
        }
    }
}

void ReplayEngine::flush() {
    const Time deadline = now() + context_.tuning.cancelGrace;
    while (now() < deadline) {
        const auto done = pipeline_.advance(RunPipeline::Gate::NoSending, true, 50ms);
        if (!done || pipeline_.journalTrouble()) {
            if (!error_)
                error_ = done ? *pipeline_.journalTrouble() : done.error();
            return;
        }
        if (pipeline_.isWriting())
            continue;
        if (auto synced = pipeline_.sync(true); !synced)
            return;
        if (!pipeline_.hasMarks())
            return;
    }
}

} // namespace signalbox
