#include "app/cli/reading.h"

#include "app/cli/shapes.h"
#include "app/cli/wait.h"
#include "models/deadletters/deadletterqueues.h"
#include "models/deadletters/deliverybudget.h"
#include "models/deadletters/passedover.h"
#include "models/deadletters/queuereading.h"
#include "models/deadletters/readingaudit.h"
#include "models/deadletters/streamstart.h"

namespace signalbox {

namespace {

// Service Bus takes a name in any case: the reading of "orders" is one of "Orders", too.
Result<std::optional<SnapshotInfo>> existing(SnapshotLibrary& library, const EntityRef& queue,
                                             const ConnectionProfile& profile) {
    const auto sensitivity =
        profile.technology == technology::serviceBus ? Qt::CaseInsensitive : Qt::CaseSensitive;
    auto all = library.list();
    if (!all)
        return failure(std::move(all.error()));
    for (const SnapshotInfo& info : *all) {
        const EntityRef& source = info.source;
        if (source.connectionId == queue.connectionId && source.space == queue.space &&
            source.name.compare(queue.name, sensitivity) == 0 && info.takenAt.isValid())
            return std::optional(info);
    }
    return std::optional<SnapshotInfo>();
}

Result<void> announce(Session& session, const QueueInfo& info, qint64 first, int used) {
    const BrowseNotice notice = browseNotice(info, first, used);
    if (notice.level == BrowseNotice::Level::Forbidden)
        return failure(ErrorKind::NotAllowed,
                       QStringLiteral("%1 is not read: reading could lose messages.").arg(info.ref.name),
                       notice.lines.join(QLatin1Char('\n')));
    for (const QString& line : notice.lines)
        session.out().notice(line);
    return {};
}

// Deliveries of the oldest message, by the last reading and the openings of runs since; -1: never read here.
Result<int> usedSoFar(Workspace& workspace, const EntityRef& queue,
                      const std::optional<SnapshotInfo>& known) {
    if (!known)
        return -1;
    auto snapshot = workspace.snapshots().open(known->id);
    if (!snapshot)
        return failure(std::move(snapshot.error()));
    const int used = usedDeliveries(**snapshot);
    if (used < 0)
        return used;
    const auto opens = waitFor(workspace.replays().opensSince(queue, known->takenAt));
    if (!opens)
        return failure(opens.error());
    return used + *opens;
}

void tellSnapshot(Session& session, const SnapshotInfo& info) {
    QString text = QStringLiteral("Showing the reading of %1 UTC").arg(shapes::time(info.takenAt));
    if (!info.whole)
        text += QStringLiteral(" (not whole: %1)").arg(info.endReason);
    const auto removed = removedOf(session, info);
    if (removed && *removed > 0)
        text += QStringLiteral(", of which runs have removed %1 since").arg(*removed);
    session.out().notice(text + QStringLiteral("; --refresh reads the queue again."));
}

// What a run holds would be missing from the reading, and then be taken for gone.
Result<void> checkFree(Workspace& workspace, const EntityRef& queue, const QueueInfo& info) {
    if (info.type == QueueType::Stream || info.type == QueueType::ServiceBus)
        return {};
    const auto run = waitFor(workspace.replays().runAtWorkOn(queue));
    if (!run)
        return failure(run.error());
    if (run->isEmpty())
        return {};
    return failure(
        ErrorKind::Conflict,
        QStringLiteral("Run %1 is at work on %2, and what it holds would be missing from the reading. "
                       "Read when it has ended.")
            .arg(*run, queue.name));
}

// Positions are offsets in a stream; else what was met stands in front of all that was kept from before.
QString metBy(const SnapshotJob::Progress& progress) {
    if (progress.read == 0)
        return QStringLiteral("position < 0");
    return progress.firstOffset >= 0 ? QStringLiteral("position >= %1 and position <= %2")
                                           .arg(progress.firstOffset)
                                           .arg(progress.lastOffset)
                                     : QStringLiteral("position <= %1").arg(progress.read);
}

Result<StreamStart> startOn(const ConnectionProfile& profile, const QString& from) {
    auto start = streamStartFromText(from);
    const bool isServiceBus = profile.technology == technology::serviceBus;
    const auto says = [&from](QLatin1String unit) {
        return from.trimmed().startsWith(unit, Qt::CaseInsensitive);
    };
    if (start && isServiceBus && (start->kind == StreamStart::Kind::Last || says(QLatin1String("offset"))))
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("Service Bus is read from the first message, from a sequence number or from "
                           "a time on: say first, sequence:1200 or time:2026-11-23T10:00:00Z."));
    if (start && !isServiceBus && says(QLatin1String("sequence")))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("A stream of RabbitMQ has offsets, no sequence numbers: say %1.")
                           .arg(QStringLiteral("offset:%1").arg(start->offset)));
    return start;
}

Result<Reading> whole(Result<std::shared_ptr<Snapshot>> snapshot) {
    return snapshot ? Result<Reading>(Reading{std::move(*snapshot), {}})
                    : failure(std::move(snapshot.error()));
}

QString progressText(const SnapshotJob::Progress& progress) {
    QString text = QStringLiteral("read %1").arg(progress.read);
    if (progress.expected >= 0)
        text += QStringLiteral(" of %1").arg(progress.expected);
    text += QStringLiteral(", %1/s").arg(progress.perSecond, 0, 'f', 0);
    if (progress.secondsLeft >= 0)
        text += QStringLiteral(", %1 s left").arg(progress.secondsLeft);
    return text;
}

Result<void> follow(Session& session, SnapshotJob& job) {
    using State = SnapshotJob::State;
    const auto ended = [&] {
        session.out().progress(progressText(job.progress()));
        return job.state() == State::Finished || job.state() == State::Cancelled ||
               job.state() == State::Failed;
    };
    job.start();
    if (!waitUntil(ended)) {
        job.cancel();
        waitUntil(ended, OnInterrupt::Finish);
    }
    session.out().endProgress();
    const QString kept = QStringLiteral("%1 read and kept.").arg(messagesText(job.progress().read));
    if (job.state() == State::Failed && job.error())
        return failure(job.error()->kind, job.error()->summary,
                       job.error()->detail.isEmpty() ? kept : job.error()->detail + QLatin1Char('\n') + kept);
    if (job.state() != State::Finished)
        return failure(ErrorKind::Cancelled, QStringLiteral("The reading was stopped, as asked."), kept);
    return {};
}

} // namespace

Result<void> markRemoved(Session& session, const SnapshotInfo& info, std::vector<SnapshotRow>& rows) {
    auto runs =
        waitFor((*session.workspace())->replays().removedBy(info.source, info.takenAt, readMessages(rows)));
    if (!runs)
        return failure(std::move(runs.error()));
    setRemovedBy(rows, *runs);
    return {};
}

Result<qint64> removedOf(Session& session, const SnapshotInfo& info) {
    return waitFor((*session.workspace())->replays().removedSince(info.source, info.takenAt));
}

EntityRef entityOf(const ConnectionProfile& profile, const QString& queue) {
    QString name = queue;
    // The service takes it in any case; here it names one queue, with one reading and one history.
    if (profile.technology == technology::serviceBus)
        name.replace(QLatin1String("/$deadletterqueue"), QLatin1String("/$DeadLetterQueue"),
                     Qt::CaseInsensitive);
    return EntityRef{profile.id, profile.virtualHost, name};
}

Result<Reading> readQueue(Session& session, const ConnectionProfile& profile, const ReadRequest& request) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    SnapshotLibrary& library = (*workspace)->snapshots();
    EntityRef queue = entityOf(profile, request.queue);
    StreamStart start;
    if (!request.from.isEmpty()) {
        auto given = startOn(profile, request.from);
        if (!given)
            return failure(std::move(given.error()));
        start = *given;
    }
    const auto found = existing(library, queue, profile);
    if (!found)
        return failure(found.error());
    if (*found && !request.refresh && request.from.isEmpty()) {
        if (request.first > 0 || request.noBodies)
            return failure(ErrorKind::Invalid,
                           QStringLiteral("%1 was read already, and %2 counts only for a reading. Add "
                                          "--refresh to read the queue again, or leave it out.")
                               .arg(request.queue, request.first > 0 ? QStringLiteral("--first")
                                                                     : QStringLiteral("--no-bodies")));
        tellSnapshot(session, **found);
        return whole(library.open((*found)->id));
    }
    auto gateway = session.connect(profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    auto info = waitFor((*gateway)->queue(request.queue));
    if (!info)
        return failure(std::move(info.error()));
    if (!request.from.isEmpty() && info->type != QueueType::Stream && info->type != QueueType::ServiceBus &&
        info->type != QueueType::Unknown)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("%1 is no stream: only the reading of a stream, or on Service Bus, can begin "
                           "elsewhere than at the head. Leave out --from.")
                .arg(request.queue));
    // One queue, one reading, however it is spelled.
    queue.name = *found ? (*found)->source.name : info->ref.name;
    if (auto free = checkFree(**workspace, queue, *info); !free)
        return failure(std::move(free.error()));
    const auto used = usedSoFar(**workspace, queue, *found);
    if (!used)
        return failure(used.error());
    if (auto fine = announce(session, *info, request.first, *used); !fine)
        return failure(std::move(fine.error()));
    auto snapshot =
        snapshotForReading(library, queue, profile.name, queueTypeWord(info->type), !request.noBodies);
    if (!snapshot)
        return failure(std::move(snapshot.error()));
    SnapshotJob::Request how = readingRequest(*info, request.first, start, *used);
    if (*found)
        how.removedBy = [&desk = (*workspace)->replays(), queue,
                         since = (*found)->takenAt](std::span<const ReadMessage> messages) {
            return desk.removedBy(queue, since, {messages.begin(), messages.end()}).result();
        };
    SnapshotJob job((*gateway)->makeSource(readingSource(queue, request.first, start, info->deliveryLimit)),
                    *snapshot, std::move(how));
    // Reading goes on when the trail cannot be written, as connecting does.
    (void)(*workspace)
        ->audit()
        .append(readingEvent((*workspace)->actor(), profile.name, queue, request.first, request.from,
                             !request.noBodies));
    if (auto read = follow(session, job); !read)
        return failure(std::move(read.error()));
    return Reading{*snapshot,
                   request.first > 0 || !request.from.isEmpty() ? metBy(job.progress()) : QString()};
}

void setBudget(PlanRequest& request, BrokerGateway& gateway, const std::shared_ptr<Snapshot>& snapshot) {
    const auto facts = waitFor(gateway.queue(request.source.name));
    DeliveryLimit limit = deliveryLimitOf(facts ? std::optional(*facts) : std::nullopt, request.source.name,
                                          facts ? QString() : facts.error().summary);
    request.deliveryLimit = limit.limit;
    request.limitUnknown = std::move(limit.unknown);
    request.sourceIsStream = request.sourceIsStream || (facts && facts->type == QueueType::Stream);
    request.usedDeliveries = [snapshot] { return usedDeliveries(*snapshot); };
    request.readAt = snapshot->info().takenAt;
    if (snapshot->info().queueType == queueTypeWord(QueueType::ServiceBus))
        request.passedOver =
            [snapshot, now = std::shared_ptr(gateway.makeSource(readingSource(request.source, 0, {}, -1))),
             rules = PassingRules{limit.limit, facts && facts->hasSessions}](
                const std::set<qint64>& chosen, const RemovedByAsk& removedBy) mutable {
                rules.removedBy = removedBy;
                return passedOverWarning(*snapshot, chosen, rules, now.get())
                    .map([](const PassingWarning& passed) {
                        return PassingNote{passed.text, passed.used};
                    });
            };
}

} // namespace signalbox
