#include "models/replay/replayworker.h"

#include "models/base/lognames.h"
#include "models/replay/barepurge.h"
#include "models/replay/copyintake.h"
#include "models/replay/queueintake.h"
#include "models/replay/replayengine.h"

#include <spdlog/spdlog.h>

namespace signalbox {
namespace {

RunState stateAt(ReplayEngine::End end) {
    switch (end) {
    case ReplayEngine::End::Finished:
        return RunState::Finished;
    case ReplayEngine::End::Cancelled:
        return RunState::Cancelled;
    case ReplayEngine::End::Detached:
        return RunState::Paused;
    case ReplayEngine::End::Failed:
        return RunState::Failed;
    }
    return RunState::Failed;
}

} // namespace

ReplayJob::Worker::Worker(ReplayJob& job, WritePermit permit, QString id, Parts parts)
    : runId(std::move(id))
    , permit_(std::move(permit))
    , parts_(std::move(parts)) {
    ReplayJob* owner = &job;
    control.onState = [owner] {
        QMetaObject::invokeMethod(
            owner, [owner] { Q_EMIT owner->stateChanged(); }, Qt::QueuedConnection);
    };
    control.onProgress = [owner] {
        QMetaObject::invokeMethod(
            owner, [owner] { Q_EMIT owner->progressChanged(); }, Qt::QueuedConnection);
    };
}

ReplayJob::Worker::~Worker() {
    if (!thread_.joinable())
        return;
    control.setWish(RunControl::Wish::Detach);
    if (control.isOpening)
        interruptPorts();
    // A call that does not come back in time is cut short; what it was doing then counts as unknown.
    const auto patience = std::chrono::steady_clock::now() + 3 * parts_.tuning.cancelGrace;
    while (!hasEnded()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        if (std::chrono::steady_clock::now() > patience || control.isOpening)
            interruptPorts();
    }
    thread_.join();
}

void ReplayJob::Worker::start() {
    control.showState(State::Running);
    thread_ = std::thread([this] {
        run();
        ended_ = true;
    });
}

void ReplayJob::Worker::interruptPorts() {
    if (parts_.source)
        parts_.source->interrupt();
    if (parts_.wideSource)
        parts_.wideSource->interrupt();
    if (parts_.target)
        parts_.target->interrupt();
    if (parts_.purger)
        parts_.purger->interrupt();
}

Result<std::unique_ptr<RunLease>> ReplayJob::Worker::begin(RunHeader* header) {
    if (parts_.prepare) {
        if (auto ready = parts_.prepare(); !ready)
            return failure(std::move(ready.error()));
    }
    auto lease = parts_.journal->lease(runId);
    if (!lease)
        return lease;
    auto record = parts_.journal->run(runId);
    if (!record)
        return failure(std::move(record.error()));
    *header = record->header;
    deliveries_ = {parts_.deliveryLimit.value_or(header->deliveryLimit), header->deliveriesBefore,
                   record->sourceOpens};
    wasCutOff_ = record->state == RunState::Running || record->state == RunState::Paused;
    if (header->source.connectionId != permit_.connectionId())
        return failure(ErrorKind::NotAllowed,
                       QStringLiteral("The permit is for another connection than the run %1.").arg(runId));
    const bool hasSource =
        header->options.keepsNoCopies ? parts_.purger != nullptr : parts_.source != nullptr;
    if ((sends(header->kind) && !parts_.target) || (reads(header->kind) && !hasSource))
        return failure(ErrorKind::Internal,
                       QStringLiteral("The run %1 lacks a link to its queue.").arg(runId));
    // A purge that has ended would take what came since, and nobody typed the queue's name for that.
    if (header->kind == RunKind::Purge && record->state != RunState::Planned &&
        record->state != RunState::Running && record->state != RunState::Paused)
        return failure(ErrorKind::Invalid, QStringLiteral("This purge has ended: start a new one."));
    if (parts_.begun) {
        if (auto audited = parts_.begun(); !audited)
            return failure(std::move(audited.error()));
    }
    return lease;
}

// A run that was cut off left messages between "written ahead" and an answer. Nobody knows; a person decides.
Result<void> ReplayJob::Worker::doubtUnanswered(RunItems& items, const RunContext& context) {
    if (!context.sends() || context.moves() || items.count(ItemState::Published) == 0)
        return {};
    std::vector<qint64> numbers;
    for (RunItem& item : items.all()) {
        if (item.state != ItemState::Published)
            continue;
        numbers.push_back(item.number);
        items.setState(item, ItemState::InDoubt);
    }
    return parts_.journal->mark(runId, numbers, ItemState::InDoubt,
                                QStringLiteral("the run was cut off before the broker answered"));
}

// No items: what went is known by its number alone.
ReplayEngine::End ReplayJob::Worker::purgeBarely(const RunHeader& header, Result<void>* done) {
    const qint64 ready = parts_.readyHint >= 0 ? parts_.readyHint : header.options.limit;
    BarePurge purge(*parts_.purger, control, parts_.tuning, ready, parts_.mayWrite);
    const ReplayEngine::End end = purge.run();
    removedBarely_ = parts_.purger->removed();
    summary_ = purge.summary();
    notAllowed_ = purge.notAllowed();
    if (purge.error()) {
        Error error = *purge.error();
        error.summary += QLatin1Char(' ') + summary_ + QLatin1Char('.');
        *done = failure(std::move(error));
    }
    return end;
}

Result<void> ReplayJob::Worker::work(const RunHeader& header, RunState* end) {
    const RunContext context{*parts_.journal, header, parts_.facts, parts_.tuning, parts_.mayWrite};
    if (auto running = parts_.journal->setRunState(runId, RunState::Running); !running)
        return running;
    if (header.options.keepsNoCopies) {
        Result<void> done;
        *end = stateAt(purgeBarely(header, &done));
        return done;
    }
    RunItems items;
    if (auto loaded = items.load(*parts_.journal, runId); !loaded)
        return loaded;
    if (auto doubted = doubtUnanswered(items, context); !doubted)
        return doubted;
    std::unique_ptr<Intake> intake;
    if (context.fromCopies()) {
        intake = std::make_unique<CopyIntake>(*parts_.journal, runId, items);
    } else {
        QueueIntake::Setup setup;
        setup.takesAll = header.kind == RunKind::Purge;
        setup.isStream = header.sourceIsStream;
        setup.cutOff = wasCutOff_;
        setup.moves = context.moves();
        setup.taking = header.options.taking;
        setup.holdsAll = context.hasOrder();
        setup.readyHint = parts_.readyHint;
        if (setup.takesAll && header.options.limit > 0) // resumed: what came since is not part of it
            setup.readyHint =
                std::max<qint64>(0, header.options.limit - items.total() + items.count(ItemState::Saved));
        setup.toRemove = context.toRemove();
        setup.queue = header.source.name;
        setup.deliveries = deliveries_;
        setup.noteOpen = [this] { return parts_.journal->noteSourceOpen(runId); };
        setup.otherOpens = parts_.otherOpens;
        intake = std::make_unique<QueueIntake>(*parts_.source, parts_.wideSource.get(), items,
                                               std::move(setup), parts_.tuning);
    }
    Sender sender(context.sends() ? parts_.target.get() : nullptr, parts_.tuning);
    ReplayEngine engine(context, items, *intake, sender, control);
    *end = stateAt(engine.run());
    // Sent, but the removal of the original is not on record: only a resumed run can settle that.
    if (*end == RunState::Cancelled &&
        (items.count(context.toRemove()) > 0 || (context.moves() && items.count(ItemState::Published) > 0)))
        *end = RunState::Paused;
    notAllowed_ = engine.notAllowed();
    control.showProgress(engine.progress());
    if (engine.error())
        return failure(*engine.error());
    return {};
}

void ReplayJob::Worker::run() {
    RunHeader header;
    auto lease = begin(&header);
    if (!lease) {
        control.showEnd(State::Failed, lease.error());
        return;
    }
    RunState end = RunState::Failed;
    const Result<void> done = work(header, &end);
    if (!done)
        end = RunState::Failed;
    finish(end, done ? std::nullopt : std::optional<Error>(done.error()), std::move(*lease));
}

void ReplayJob::Worker::finish(RunState end, const std::optional<Error>& error,
                               std::unique_ptr<RunLease> lease) {
    QString reason = summary_; // else its items tell what became of them, and change when a person decides
    if (error)
        reason = error->summary;
    else if (notAllowed_)
        reason = notAllowed_->summary;
    else if (end == RunState::Paused)
        reason = QStringLiteral("stopped; the run can be resumed");
    if (removedBarely_ && !error) // no item of the journal tells how many
        reason = summary_ + (reason == summary_ ? QString() : QStringLiteral("; ") + reason);
    std::optional<Error> shown = error ? error : notAllowed_;
    if (auto written = parts_.journal->setRunState(runId, end, reason); !written && !shown)
        shown = written.error();
    if (shown) {
        if (const auto log = spdlog::get(lognames::replay))
            log->error("run {}: {}", runId.toStdString(), shown->summary.toStdString());
    }
    if (parts_.ended) {
        if (auto record = parts_.journal->run(runId)) {
            if (removedBarely_)
                record->counts[ItemState::Removed] = *removedBarely_;
            parts_.ended(*record);
        }
    }
    lease.reset(); // whoever hears of the end may go on with the run at once
    switch (end) {
    case RunState::Finished:
        control.showEnd(shown ? State::Failed : State::Finished, shown);
        break;
    case RunState::Cancelled:
        control.showEnd(State::Cancelled, shown);
        break;
    case RunState::Paused:
        control.showEnd(State::Cancelled, shown);
        break;
    default:
        control.showEnd(State::Failed, shown);
        break;
    }
}

} // namespace signalbox
