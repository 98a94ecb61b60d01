// Planning and accepting: from chosen messages to a run in the journal.
#include "models/messaging/bustopology.h"
#include "models/messaging/messagefile.h"
#include "models/replay/replaydeskstate.h"
#include "models/replay/sendorder.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>
#include <algorithm>
#include <set>

namespace signalbox {
namespace {

constexpr std::size_t chunk = 1000;
constexpr int mostRuns = 1000; // more than any delivery limit in use

// Service Bus, but its Basic tier. Without the management API the tier is not known; a namespace that cannot
// then says so when the run begins.
bool canMoveAtOnce(const RoutingTable& routing) {
    return routing.bus && routing.bus->tier != QLatin1String("Basic");
}

tl::unexpected<Error> closingError() {
    return failure(ErrorKind::Cancelled, QStringLiteral("The program is closing."));
}

QString actionOf(RunKind kind) {
    return runKindWord(kind) + QStringLiteral(".plan");
}

} // namespace

RunHeader DeskCore::newHeader(RunKind kind, const EntityRef& source, const QString& connectionName) const {
    RunHeader header;
    header.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    header.kind = kind;
    header.actor = audit.actor();
    header.createdAt = ports.clock.now();
    header.source = source;
    header.connectionName = connectionName;
    return header;
}

Result<void> DeskCore::mayGoOn(const WorkProgress& progress) const {
    if (closing)
        return closingError();
    if (progress.cancelled)
        return failure(ErrorKind::Cancelled,
                       QStringLiteral("Cancelled before anything was sent or removed."));
    return {};
}

// A run that was made and cannot be accepted after all must not claim messages.
tl::unexpected<Error> DeskCore::givenUp(const QString& run, Error error) {
    (void)ports.journal->setRunState(run, RunState::Cancelled, error.summary);
    return failure(std::move(error));
}

// -1: not known, or nobody counts.
Result<int> DeskCore::usedDeliveries(const PlanRequest& request) {
    const int used = request.usedDeliveries && !request.sourceIsStream ? request.usedDeliveries() : -1;
    if (used < 0)
        return -1;
    auto opens = opensSince(request.source, request.readAt);
    if (!opens)
        return opens;
    return used + *opens;
}

Result<void> DeskCore::checkBudget(const PlanRequest& request) {
    if (request.deliveryLimit < 0)
        return {};
    const auto used = usedDeliveries(request);
    if (!used)
        return failure(used.error());
    if (*used < request.deliveryLimit)
        return {};
    return failure(
        ErrorKind::NotAllowed,
        QStringLiteral("The messages of %1 have used up their %2 deliveries: what a run gives back, "
                       "because it was not chosen or not taken, the broker would give up. Raise the "
                       "delivery limit first.")
            .arg(request.source.name)
            .arg(request.deliveryLimit));
}

Result<ReplayPlan> DeskCore::plan(PlanRequest& request) {
    // Where messages are passed over, that is looked at in its own way.
    auto budget = request.passedOver ? Result<void>() : checkBudget(request);
    if (!budget && budget.error().kind != ErrorKind::NotAllowed)
        return failure(std::move(budget.error()));
    const auto earlier = ports.journal->runsOf(request.source, mostRuns);
    if (!earlier)
        return failure(earlier.error());
    if (auto ended = endTorn(*earlier); !ended)
        return failure(std::move(ended.error()));
    ReplayPlan plan;
    plan.options = request.options;
    plan.options.atomic =
        request.kind == RunKind::Replay && canMoveAtOnce(request.routing) && !plan.options.separately;
    plan.source = request.source;
    if (!request.limitUnknown.isEmpty() && !request.sourceIsStream)
        plan.warnings << request.limitUnknown;
    PlanContext context;
    context.kind = request.kind;
    context.source = request.source;
    context.routing = request.routing;
    context.connectionUser = request.connectionUser;
    context.sourceIsStream = request.sourceIsStream;
    context.readAt = request.readAt;
    context.deliveryLimit = request.passedOver ? request.deliveryLimit : -1;
    context.now = ports.clock.now();
    if (request.kind == RunKind::Delete && request.sourceIsStream)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("A stream keeps its messages: single ones cannot be "
                                      "deleted."));
    if (auto fine = checkDeadLetter(request); !fine)
        return failure(std::move(fine.error()));
    if (!request.next)
        return failure(ErrorKind::Internal, QStringLiteral("A plan was asked for without messages."));
    for (;;) {
        if (closing)
            return closingError();
        auto batch = request.next();
        if (!batch)
            return failure(std::move(batch.error()));
        if (batch->empty()) {
            // What is reached by its number costs nobody a delivery.
            if (!budget && plan.options.taking != Taking::ByNumber)
                return failure(std::move(budget.error()));
            if (auto fine = checkOrder(plan); !fine)
                return failure(std::move(fine.error()));
            for (const QString& warning : {orderWarning(plan, request.sourceIsStream),
                                           partitionWarning(plan, request.routing.bus.get())}) {
                if (!warning.isEmpty())
                    plan.warnings << warning;
            }
            return warnOfPassing(request, std::move(plan));
        }
        if (request.kind == RunKind::DeadLetter && !batch->front().message.properties.amqp10)
            return failure(ErrorKind::Unsupported,
                           QStringLiteral("Only Service Bus has messages dead-lettered by hand."));
        std::vector<Fingerprint> fingerprints;
        fingerprints.reserve(batch->size());
        for (const PlanInput& input : *batch)
            fingerprints.push_back(input.fingerprint);
        auto memory = ports.journal->memory(request.source, fingerprints);
        if (!memory)
            return failure(std::move(memory.error()));
        planBatch(plan, context, *batch, *memory);
    }
}

Result<ReplayPlan> DeskCore::warnOfPassing(const PlanRequest& request, ReplayPlan plan) {
    if (!request.passedOver || plan.sendable == plan.deferred + plan.scheduled)
        return plan;
    std::set<qint64> chosen;
    for (const PlanItem& item : plan.items) {
        if (item.refusal == Refusal::None && item.state == amqp10::State::Active)
            chosen.insert(item.snapshotId);
    }
    const auto passed = request.passedOver(chosen, [&](std::span<const ReadMessage> messages) {
        return leftTheirPlaces(request.source, request.readAt, messages);
    });
    if (!passed)
        return failure(passed.error());
    plan.passedUsed = passed->used;
    if (!passed->text.isEmpty())
        plan.warnings << passed->text;
    if (plan.lastDelivery > 0)
        plan.warnings << QStringLiteral(
                             "%1 of them had used up their deliveries but the last: what is given back "
                             "again, because the run is cancelled or its link breaks, is dead-lettered.")
                             .arg(plan.lastDelivery);
    return plan;
}

Result<QString> DeskCore::accept(const PlanRequest& request, const ReplayPlan& plan, WorkProgress& progress) {
    if (plan.sendable == 0)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("The plan has nothing to do: every message is refused or has gone already."));
    RunHeader header = newHeader(request.kind, request.source, request.connectionName);
    header.reason = request.reason;
    header.options = plan.options;
    header.sourceIsStream = request.sourceIsStream;
    header.deliveryLimit = request.deliveryLimit;
    const auto used = usedDeliveries(request);
    if (!used)
        return failure(used.error());
    header.deliveriesBefore = *used;
    if (plan.passedUsed) // only what was not chosen is given back for sure
        header.deliveriesBefore = std::max(0, *plan.passedUsed);
    if (auto fine = checkDeadLetter(request); !fine)
        return failure(std::move(fine.error()));
    header.options.deadLetter = request.options.deadLetter; // may be said after the plan was made
    header.destination = fateText(request, plan);
    if (auto free = queueIsFree(header); !free)
        return failure(std::move(free.error()));
    const auto held = makeRun(header);
    if (!held)
        return failure(held.error());
    ReplayPlan left; // the figures only, less what others have taken since
    left.sendable = plan.sendable;
    left.refused = refusedForCause(plan);
    left.refusals = plan.refusals;
    std::erase_if(left.refusals, [](const auto& counted) { return isLeftOut(counted.first); });
    for (std::size_t at = 0; at < plan.items.size(); at += chunk) {
        if (auto wanted = mayGoOn(progress); !wanted)
            return givenUp(header.id, std::move(wanted.error()));
        const std::span planned = std::span(plan.items).subspan(at, std::min(chunk, plan.items.size() - at));
        // What lies beyond the limit or is gone already is not of the run.
        std::vector<PlanItem> part;
        part.reserve(planned.size());
        std::copy_if(planned.begin(), planned.end(), std::back_inserter(part),
                     [](const PlanItem& item) { return !isLeftOut(item.refusal); });
        // Another run may have claimed or removed some since the plan was made.
        std::vector<Fingerprint> fingerprints;
        fingerprints.reserve(part.size());
        for (const PlanItem& item : part)
            fingerprints.push_back(item.fingerprint);
        auto memory = ports.journal->memory(request.source, fingerprints);
        if (!memory) {
            return givenUp(header.id, std::move(memory.error()));
        }
        for (PlanItem& item : part) {
            if (item.refusal != Refusal::None || !refuseTaken(item, *memory, header.id, request.readAt))
                continue;
            --left.sendable;
            ++left.refused;
            ++left.refusals[item.refusal];
        }
        if (auto added = ports.journal->addItems(header.id, part); !added) {
            return givenUp(header.id, std::move(added.error()));
        }
        progress.done += static_cast<qint64>(planned.size());
    }
    if (auto wanted = mayGoOn(progress); !wanted)
        return givenUp(header.id, std::move(wanted.error()));
    if (left.sendable == 0) {
        (void)ports.journal->setRunState(header.id, RunState::Cancelled,
                                         QStringLiteral("nothing left to do"));
        return failure(
            ErrorKind::Conflict,
            QStringLiteral("Another run has taken all of these messages meanwhile: end that run first."));
    }
    if (auto noted =
            audit.append(actionOf(request.kind), header, QStringLiteral("ok"), auditDetail(header.id, left));
        !noted) {
        return givenUp(header.id, std::move(noted.error()));
    }
    if (auto whole = runIsWhole(header.id); !whole)
        return givenUp(header.id, std::move(whole.error()));
    remember(header);
    return header.id;
}

namespace {

void applySendBack(RunHeader& header, const SendBack& how) {
    if (!how.newMessageIds)
        return;
    header.options.messageId = KeepOrStrip::Strip;
    header.destination += QStringLiteral(", with new message ids");
}

} // namespace

Result<QString> DeskCore::acceptRestore(const QString& ofRun, std::vector<qint64> numbers,
                                        WorkProgress& progress, const SendBack& how) {
    auto old = ports.journal->run(ofRun);
    if (!old)
        return failure(std::move(old.error()));
    if (QString why = whyNotRestorable(old->header); !why.isEmpty())
        return failure(ErrorKind::Unsupported, std::move(why));
    // What a living run has removed may be on its way to the receivers, and it goes on removing.
    const auto lease = ports.journal->lease(old->header.id);
    if (!lease)
        return failure(ErrorKind::Conflict,
                       QStringLiteral("The run is being worked on: cancel it or let it end, then restore."),
                       lease.error().summary);
    if (isOpen(old->state))
        return failure(
            ErrorKind::Conflict,
            QStringLiteral("This run was cut short, and what it has removed is not all known: resume or "
                           "end it, then restore."));
    // Whatever is not known to be removed is still in its queue: a copy of it there would be a double.
    auto removed = numbersIn(old->header.id, ItemState::Removed, true);
    if (!removed)
        return failure(std::move(removed.error()));
    if (numbers.empty()) {
        numbers = std::move(*removed);
    } else {
        // What nobody can tell comes back where somebody asks for just that one.
        const auto missing = sends(old->header.kind) ? Result<std::vector<qint64>>(std::vector<qint64>())
                                                     : numbersIn(old->header.id, ItemState::Missing, true);
        if (!missing)
            return failure(missing.error());
        removed->insert(removed->end(), missing->begin(), missing->end());
        std::sort(removed->begin(), removed->end());
        for (const qint64 number : numbers) {
            if (!std::binary_search(removed->begin(), removed->end(), number))
                return failure(
                    ErrorKind::NotFound,
                    QStringLiteral(
                        "Message %1 cannot be restored: it is not of this run, was not removed, or "
                        "its copy is gone.")
                        .arg(number));
        }
    }
    if (numbers.empty())
        return failure(
            ErrorKind::NotFound,
            QStringLiteral("The run has no saved copies of messages that it is known to have removed, "
                           "or they are not kept any more. Missing ones are restored by number."));
    const auto first = ports.journal->copy(old->header.id, numbers.front());
    if (first && first->properties.amqp10 && old->header.source.name.contains(QLatin1String("/$")))
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("Nothing can be sent to a dead-letter queue of Service Bus (%1). The copies "
                           "stay in this run and can be exported.")
                .arg(old->header.source.name));
    RunHeader header = newHeader(RunKind::Restore, old->header.source, old->header.connectionName);
    header.parentRun = old->header.id;
    header.destination = QStringLiteral("back to queue %1").arg(header.source.name);
    if (how.enqueueAt.isValid() && first && !first->properties.amqp10)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("Only Service Bus can enqueue at a time: restore without one."));
    header.options.enqueueAt = how.enqueueAt;
    applySendBack(header, how);
    const auto held = makeRun(header);
    if (!held)
        return failure(held.error());
    qint64 count = 0;
    std::optional<Error> nothing; // a part that an earlier restore has brought back is no reason to stop
    for (std::size_t at = 0; at < numbers.size(); at += chunk) {
        if (auto wanted = mayGoOn(progress); !wanted)
            return givenUp(header.id, std::move(wanted.error()));
        const std::span part = std::span(numbers).subspan(at, std::min(chunk, numbers.size() - at));
        auto added = ports.journal->addCopiesOf(header.id, old->header.id, part);
        if (!added && added.error().kind == ErrorKind::Conflict) {
            nothing = std::move(added.error());
        } else if (!added) {
            return givenUp(header.id, std::move(added.error()));
        } else {
            count += *added;
        }
        progress.done += static_cast<qint64>(part.size());
    }
    if (count == 0 && nothing) { // a refusal leaves no run behind
        (void)ports.journal->dropEmptyRun(header.id);
        return failure(std::move(*nothing));
    }
    const QJsonObject detail{{QStringLiteral("run"), header.id},
                             {QStringLiteral("of"), header.parentRun},
                             {QStringLiteral("messages"), count}};
    if (auto noted = audit.append(actionOf(header.kind), header, QStringLiteral("ok"),
                                  QJsonDocument(detail).toJson(QJsonDocument::Compact));
        !noted) {
        return givenUp(header.id, std::move(noted.error()));
    }
    if (auto whole = runIsWhole(header.id); !whole)
        return givenUp(header.id, std::move(whole.error()));
    remember(header);
    return header.id;
}

namespace {

// Reads the file batch by batch; `use` may be null to look only whether it is whole.
Result<qint64>
readMessages(const QString& path, const EntityRef& queue, Carrier carrier,
             const std::function<Result<void>()>& goOn,
             const std::function<Result<void>(std::span<const PlanItem>, std::span<const Message>)>& use) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound, QStringLiteral("%1 cannot be read.").arg(path),
                       file.errorString());
    std::vector<PlanItem> items;
    std::vector<Message> messages;
    qint64 count = 0;
    qint64 bytes = 0;
    const auto flush = [&]() -> Result<void> {
        Result<void> done;
        if (use && !items.empty())
            done = use(items, messages);
        items.clear();
        messages.clear();
        bytes = 0;
        return done;
    };
    auto all = eachMessage(file, carrier, goOn, [&](Message&& message) -> Result<void> {
        PlanItem item;
        item.number = ++count;
        item.position = count;
        item.routingKey = queue.name.toUtf8();
        item.receivers = QStringList{queue.name};
        item.fingerprint = fingerprintOf(message);
        bytes += message.body.size();
        items.push_back(std::move(item));
        messages.push_back(std::move(message));
        return items.size() >= chunk || bytes > (32LL << 20) ? flush() : Result<void>();
    });
    if (!all)
        return failure(std::move(all.error()));
    if (auto done = flush(); !done)
        return failure(std::move(done.error()));
    return count;
}

} // namespace

Result<QString> DeskCore::acceptImport(const EntityRef& queue, const QString& connectionName,
                                       const QString& file, WorkProgress& progress, const SendBack& how) {
    const auto goOn = [&] { return mayGoOn(progress); };
    const Carrier carrier = how.isServiceBus ? Carrier::ServiceBus : Carrier::Amqp091;
    // First the whole file, so that a broken line at its end does not leave half an import behind.
    auto whole = readMessages(file, queue, carrier, goOn, {});
    if (!whole)
        return failure(std::move(whole.error()));
    if (*whole == 0)
        return failure(ErrorKind::Invalid, QStringLiteral("The file holds no messages."), file);
    RunHeader header = newHeader(RunKind::Import, queue, connectionName);
    header.destination = QStringLiteral("to queue %1").arg(queue.name);
    applySendBack(header, how);
    const auto held = makeRun(header);
    if (!held)
        return failure(held.error());
    auto added = readMessages(file, queue, carrier, goOn, [&](auto items, auto messages) {
        auto saved = ports.journal->addSavedItems(header.id, items, messages);
        progress.done += static_cast<qint64>(items.size());
        return saved;
    });
    if (added) {
        if (auto wanted = goOn(); !wanted)
            added = failure(std::move(wanted.error()));
    }
    if (!added) {
        return givenUp(header.id, std::move(added.error()));
    }
    const QJsonObject detail{{QStringLiteral("run"), header.id},
                             {QStringLiteral("file"), file},
                             {QStringLiteral("messages"), *added}};
    if (auto noted = audit.append(actionOf(header.kind), header, QStringLiteral("ok"),
                                  QJsonDocument(detail).toJson(QJsonDocument::Compact));
        !noted) {
        return givenUp(header.id, std::move(noted.error()));
    }
    if (auto marked = runIsWhole(header.id); !marked)
        return givenUp(header.id, std::move(marked.error()));
    remember(header);
    return header.id;
}

} // namespace signalbox
