// How runs begin: made whole or not at all, one at a time on a queue, and what is said of them.
#include "models/messaging/bustopology.h"
#include "models/replay/replaydeskstate.h"
#include "models/replay/sendorder.h"

namespace signalbox {
namespace {

constexpr int mostRunsOfQueue = 1000;
constexpr qsizetype mostDeadLetterWords = 4096; // of each

} // namespace

Result<std::unique_ptr<RunLease>> DeskCore::makeRun(const RunHeader& header) {
    if (auto made = ports.journal->createRun(header); !made)
        return failure(std::move(made.error()));
    auto lease = ports.journal->lease(header.id);
    if (!lease)
        return lease;
    if (auto marked = ports.journal->setRunState(header.id, RunState::Planned, beingPlanned); !marked)
        return failure(std::move(marked.error()));
    return lease;
}

Result<void> DeskCore::runIsWhole(const QString& run) {
    return ports.journal->setRunState(run, RunState::Planned);
}

Result<void> DeskCore::isWhole(const RunRecord& run) {
    if (run.state != RunState::Planned || run.endReason != beingPlanned)
        return {};
    return failure(
        ErrorKind::Conflict,
        QStringLiteral("The run %1 was cut off while it was planned, so it is not whole: nothing of it "
                       "was sent or removed. Plan it again.")
            .arg(run.header.id));
}

Result<void> DeskCore::endTorn(std::span<const RunRecord> runs) {
    for (const RunRecord& run : runs) {
        if (isWhole(run))
            continue;
        const auto lease = ports.journal->lease(run.header.id);
        if (!lease)
            continue; // it is being planned right now
        if (auto ended = ports.journal->setRunState(
                run.header.id, RunState::Cancelled,
                QStringLiteral("cut off while it was planned; nothing was sent or removed"));
            !ended)
            return ended;
    }
    return {};
}

Result<QString> DeskCore::runAtWorkOn(const EntityRef& queue, const QString& except) {
    const auto runs = ports.journal->runsOf(queue, mostRunsOfQueue);
    if (!runs)
        return failure(runs.error());
    for (const RunRecord& run : *runs) {
        if (!reads(run.header.kind) || run.header.sourceIsStream || run.header.id == except ||
            !isOpen(run.state) || run.state == RunState::Planned)
            continue;
        const auto lease = ports.journal->lease(run.header.id); // given back at once
        if (!lease && lease.error().kind == ErrorKind::Conflict)
            return run.header.id;
    }
    return QString();
}

Result<void> DeskCore::queueIsFree(const RunHeader& run) {
    if (!reads(run.kind) || run.sourceIsStream)
        return {};
    const auto other = runAtWorkOn(run.source, run.id);
    if (!other)
        return failure(other.error());
    if (other->isEmpty())
        return {};
    return failure(
        ErrorKind::Conflict,
        QStringLiteral("The run %1 is at work on %2, and what it holds would look as if it were gone: wait "
                       "until it has ended, or cancel it.")
            .arg(other->left(8), run.source.name));
}

Result<void> checkDeadLetter(const PlanRequest& request) {
    if (request.kind != RunKind::DeadLetter)
        return {};
    if (isSubQueue(request.source.name))
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("What is in %1 is dead-lettered already.").arg(request.source.name));
    const DeadLetterWords& words = request.options.deadLetter;
    if (words.reason.size() > mostDeadLetterWords || words.description.size() > mostDeadLetterWords)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Reason and description of a dead letter have at most "
                                      "%1 characters each.")
                           .arg(mostDeadLetterWords));
    return {};
}

// What becomes of the messages of a run, for people.
QString fateText(const PlanRequest& request, const ReplayPlan& plan) {
    switch (request.kind) {
    case RunKind::Delete:
        return plan.scheduled > 0 && plan.scheduled == plan.sendable
                   ? QStringLiteral("cancelled, with a copy kept")
                   : QStringLiteral("deleted, with a copy kept");
    case RunKind::DeadLetter:
        return QStringLiteral("dead-lettered, with a copy kept");
    default:
        break;
    }
    const QString where = destinationText(plan.options.destination, request.routing.bus != nullptr);
    return plan.options.order.isEmpty() ? where
                                        : where + QStringLiteral(", ") + orderWords(plan.options.order);
}

} // namespace signalbox
