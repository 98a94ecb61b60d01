#include "models/replay/replaydesk.h"

#include "models/base/background.h"
#include "models/replay/replaydeskstate.h"

namespace signalbox {
namespace {

constexpr int boundedWindow = 10000; // see ReplayTuning::boundedSource
constexpr int purgeWindow = 4000;

// replay.start, purge.start ...
QString actionOf(RunKind kind, const char* step) {
    return runKindWord(kind) + QLatin1Char('.') + QLatin1String(step);
}

bool isOver(ReplayJob::State state) {
    return state == ReplayJob::State::Finished || state == ReplayJob::State::Cancelled ||
           state == ReplayJob::State::Failed;
}

} // namespace

ReplayDesk::ReplayDesk(Ports ports, QString actor, QObject* parent)
    : QObject(parent)
    , state_(std::make_unique<State>(std::move(ports), actor)) {
    state_->planning.setMaxThreadCount(1);
    state_->reading.setMaxThreadCount(1);
}

ReplayDesk::~ReplayDesk() {
    state_->core->closing = true;
    // Each job stops at a safe point; its run stays open and can be resumed.
    for (const auto& entry : std::exchange(state_->jobs, {}))
        delete entry.second;
    state_->planning.waitForDone();
    state_->reading.waitForDone();
}

QFuture<Result<ReplayPlan>> ReplayDesk::plan(PlanRequest request) {
    return inBackground(state_->planning, [core = state_->core, request = std::move(request)]() mutable {
        return core->plan(request);
    });
}

QFuture<Result<QString>> ReplayDesk::accept(PlanRequest request, std::shared_ptr<const ReplayPlan> plan,
                                            SharedProgress progress) {
    return inBackground(state_->planning, [core = state_->core, request = std::move(request),
                                           plan = std::move(plan), progress = orNew(std::move(progress))] {
        return core->accept(request, *plan, *progress);
    });
}

namespace {

Result<void> checkTime(const QDateTime& expires, const QDateTime& now) {
    if (!expires.isValid() || expires > now)
        return {};
    return failure(ErrorKind::NotAllowed,
                   QStringLiteral("The elevation of this connection has ended: elevate again, then start."));
}

// The rule of every job that changes a broker: a permit for this very connection that has not run out.
Result<void> checkPermit(const WritePermit& permit, const QString& connectionId, const BrokerGateway& gateway,
                         const QDateTime& now) {
    if (permit.connectionId() != connectionId || gateway.connectionId() != connectionId)
        return failure(ErrorKind::NotAllowed,
                       QStringLiteral("The run belongs to another connection: connect to that one."));
    return checkTime(permit.expires(), now);
}

void addPorts(ReplayJob::Parts& parts, const RunHeader& header, BrokerGateway& gateway) {
    if (header.options.keepsNoCopies) {
        parts.purger = gateway.makePurger(header.source, header.createdAt);
        return;
    }
    if (reads(header.kind)) {
        SourceOptions options;
        options.queue = header.source;
        options.window = header.kind == RunKind::Purge ? purgeWindow : boundedWindow;
        options.countsDeliveries = header.deliveryLimit >= 0;
        options.takes = !header.sourceIsStream;
        if (header.kind == RunKind::DeadLetter)
            options.deadLetters = header.options.deadLetter;
        if (header.kind == RunKind::Replay && header.options.atomic) {
            options.window = 0;
            BrokerGateway::Mover mover = gateway.makeMover(options);
            parts.source = std::move(mover.source);
            parts.target = std::move(mover.target);
            return;
        }
        parts.source = gateway.makeSource(options);
        if (!header.sourceIsStream && header.kind != RunKind::Purge) {
            options.window = 0;
            parts.wideSource = gateway.makeSource(options);
        }
    }
    if (sends(header.kind))
        parts.target = gateway.makeTarget(header.source.space);
}

} // namespace

Result<ReplayJob*> ReplayDesk::start(const QString& runId, const WritePermit& permit, BrokerGateway& gateway,
                                     std::optional<int> deliveryLimit) {
    if (const auto known = job(runId))
        return failure(ErrorKind::Conflict,
                       QStringLiteral("The run %1 is at work already.").arg(known->runId()));
    const std::shared_ptr<DeskCore> core = state_->core;
    std::optional<RunHeader> header = core->remembered(runId);
    if (!header) { // one row; runs shown before are remembered
        auto record = core->ports.journal->run(runId);
        if (!record)
            return failure(std::move(record.error()));
        header = record->header;
        core->remember(*header);
    }
    if (const auto known = job(header->id))
        return failure(ErrorKind::Conflict,
                       QStringLiteral("The run %1 is at work already.").arg(known->runId()));
    if (auto allowed = checkPermit(permit, header->source.connectionId, gateway, core->ports.clock.now());
        !allowed)
        return failure(std::move(allowed.error()));

    ReplayJob::Parts parts;
    addPorts(parts, *header, gateway);
    parts.deliveryLimit = deliveryLimit;
    parts.begun = [core, header = *header]() -> Result<void> {
        auto record = core->ports.journal->run(header.id);
        if (!record)
            return failure(std::move(record.error()));
        if (auto whole = DeskCore::isWhole(*record); !whole)
            return whole;
        if (auto free = core->queueIsFree(header); !free)
            return free;
        // The reason of the elevation counts where the run itself was given none.
        return core->audit.append(actionOf(header.kind, "start"), header, QStringLiteral("ok"),
                                  auditDetail(*record));
    };
    return adopt(*header, permit, std::move(parts));
}

Result<ReplayJob*> ReplayDesk::startPurge(const QueueInfo& queue, const QString& connectionName,
                                          const QString& typedName, const QString& reason,
                                          const WritePermit& permit, BrokerGateway& gateway, Copies copies) {
    const std::shared_ptr<DeskCore> core = state_->core;
    if (typedName != queue.ref.name)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("The typed name is not the queue's name: type %1 to purge it.")
                           .arg(queue.ref.name));
    if (queue.type == QueueType::Stream)
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("A stream cannot be purged: its messages expire by its retention (x-max-age, "
                           "x-max-length-bytes)."));
    if (auto allowed = checkPermit(permit, queue.ref.connectionId, gateway, core->ports.clock.now());
        !allowed)
        return failure(std::move(allowed.error()));
    RunHeader header = core->newHeader(RunKind::Purge, queue.ref, connectionName);
    header.reason = reason.isEmpty() ? permit.reason() : reason;
    header.options.keepsNoCopies = copies == Copies::None;
    header.destination = header.options.keepsNoCopies ? QStringLiteral("purged, no copies kept")
                                                      : QStringLiteral("purged, with a copy kept");
    header.options.limit = std::max<qint64>(0, queue.ready);
    header.deliveryLimit = allowedReturns(queue);
    ReplayJob::Parts parts;
    addPorts(parts, header, gateway);
    if (header.options.keepsNoCopies && !parts.purger)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("Only Service Bus purges without copies: purge with them."));
    core->remember(header);
    parts.readyHint = queue.ready;
    parts.prepare = [core, header]() -> Result<void> {
        if (auto free = core->queueIsFree(header); !free)
            return free;
        return core->ports.journal->createRun(header);
    };
    parts.begun = [core, header, ready = queue.ready] {
        return core->audit.append(actionOf(header.kind, "start"), header, QStringLiteral("ok"),
                                  QByteArray("{\"run\":\"") + header.id.toUtf8() +
                                      "\",\"ready\":" + QByteArray::number(ready) +
                                      (header.options.keepsNoCopies ? ",\"copies\":false}" : "}"));
    };
    return adopt(header, permit, std::move(parts));
}

ReplayJob* ReplayDesk::adopt(const RunHeader& header, const WritePermit& permit, ReplayJob::Parts parts) {
    const std::shared_ptr<DeskCore> core = state_->core;
    parts.journal = core->ports.journal;
    parts.facts = core->ports.facts;
    if (reads(header.kind) && !header.sourceIsStream)
        parts.otherOpens = [core, header] { return core->opensAfter(header); };
    parts.mayWrite = [core, expires = permit.expires()] {
        return checkTime(expires, core->ports.clock.now());
    };
    parts.ended = [core](const RunRecord& record) {
        QStringList open;
        for (const auto& [state, count] : record.counts) {
            if (isLeftOver(state) && count > 0)
                open << QStringLiteral("%1 %2").arg(QString::number(count), itemStateWord(state));
        }
        const QString outcome =
            record.state != RunState::Finished
                ? QStringLiteral("%1: %2").arg(runStateWord(record.state), record.endReason)
            : open.isEmpty() ? QStringLiteral("ok")
                             : QStringLiteral("partly: ") + open.join(QStringLiteral(", "));
        // The run is over either way, and its journal tells the same.
        (void)core->audit.append(actionOf(record.header.kind, "end"), record.header, outcome,
                                 auditDetail(record));
    };
    auto* started = new ReplayJob(permit, header.id, std::move(parts), this);
    state_->jobs[header.id] = started;
    connect(started, &ReplayJob::stateChanged, this, [this, started] {
        const auto found = state_->jobs.find(started->runId());
        if (!isOver(started->state()) || found == state_->jobs.end() || found->second != started)
            return;
        state_->jobs.erase(found);
        started->deleteLater();
        Q_EMIT jobsChanged();
        Q_EMIT runEnded(started->runId());
    });
    started->start();
    Q_EMIT jobsChanged();
    return started;
}

ReplayJob* ReplayDesk::job(const QString& runId) const {
    const auto found = state_->jobs.find(runId);
    return found == state_->jobs.end() ? nullptr : found->second;
}

std::vector<ReplayJob*> ReplayDesk::jobs() const {
    std::vector<ReplayJob*> all;
    for (const auto& entry : state_->jobs)
        all.push_back(entry.second);
    return all;
}

} // namespace signalbox
