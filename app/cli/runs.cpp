#include "app/cli/runs.h"

#include "app/cli/shapes.h"
#include "app/cli/wait.h"
#include "models/deadletters/deliverybudget.h"

#include <QPointer>
#include <QRegularExpression>
#include <algorithm>
#include <utility>

namespace signalbox {

namespace {

using JobState = ReplayJob::State;

QString progressText(const ReplayJob& job) {
    const ReplayJob::Progress progress = job.progress();
    QString text = QStringLiteral("%1 of %2 done").arg(progress.done).arg(progress.total);
    if (job.state() == JobState::Waiting)
        return text + QStringLiteral(", waiting: %1").arg(job.waitingFor());
    text += QStringLiteral(", %1/s").arg(progress.perSecond, 0, 'f', 0);
    if (progress.secondsLeft >= 0)
        text += QStringLiteral(", %1 s left").arg(progress.secondsLeft);
    if (progress.failed > 0)
        text += QStringLiteral(", %1 failed").arg(progress.failed);
    return text;
}

QString receiversText(const PlanItem& item, RunKind kind) {
    if (item.refusal != Refusal::None || kind != RunKind::Replay)
        return {};
    QStringList told = item.receivers;
    if (!item.receiversKnown)
        told << (told.isEmpty() ? QStringLiteral("not known") : QStringLiteral("others not known"));
    return told.join(QStringLiteral(", "));
}

// It may have been raised so that the run can go on.
std::optional<int> limitNow(ReplayDesk& desk, const QString& runId, BrokerGateway& gateway) {
    const auto record = waitFor(desk.run(runId));
    if (!record)
        return std::nullopt;
    return knownDeliveryLimit(waitFor(gateway.queue(record->header.source.name)));
}

} // namespace

QString stateText(ItemState state, const RunHeader& header) {
    if (state == ItemState::Removed && header.kind == RunKind::DeadLetter)
        return QStringLiteral("dead-lettered");
    if (state == ItemState::Removed && header.kind == RunKind::Replay)
        return QStringLiteral("sent and removed");
    if (state != ItemState::Cancelled)
        return itemStateWord(state);
    return reads(header.kind) ? QStringLiteral("left in the queue") : QStringLiteral("not sent");
}

QString stateText(const RunRecord& run, const std::vector<RunRecord>& unfinished) {
    const bool left = std::any_of(unfinished.begin(), unfinished.end(),
                                  [&run](const RunRecord& each) { return each.header.id == run.header.id; });
    return left && isOpen(run.state) ? QStringLiteral("cut short") : runStateWord(run.state);
}

namespace {

// What every message that goes is changed in, where it is the same; empty: nothing, or it differs.
QStringList sharedChanges(const ReplayPlan& plan) {
    const PlanItem* first = nullptr;
    for (const PlanItem& item : plan.items) {
        if (item.refusal != Refusal::None)
            continue;
        if (first && item.changes != first->changes)
            return {};
        first = first ? first : &item;
    }
    return first ? first->changes : QStringList();
}

// People read a summary; JSON: one {"item": ...} per message if asked for, then one {"plan": ...}.
void printPlan(Output& output, const ReplayPlan& plan, const PlanRequest& request, bool withItems) {
    const RunKind kind = request.kind;
    const bool isServiceBus = request.routing.bus != nullptr;
    // What lies beyond the limit or is gone already is only counted.
    if (output.json()) {
        for (const PlanItem& item : plan.items) {
            if (withItems && !isLeftOut(item.refusal))
                output.object({{QStringLiteral("item"), shapes::planItem(item)}});
        }
        output.object({{QStringLiteral("plan"), shapes::plan(plan, kind)}});
        return;
    }
    QString leftOut;
    if (const qint64 gone = refusedAs(plan, Refusal::AlreadyRemoved); gone > 0)
        leftOut += QStringLiteral(", %1 removed already").arg(gone);
    if (const qint64 beyond = refusedAs(plan, Refusal::OverLimit); beyond > 0)
        leftOut += QStringLiteral(", %1 beyond the limit").arg(beyond);
    output.line(QStringLiteral("Plan for %1: %2 of %3 can go, %4 refused%5.")
                    .arg(printable(plan.source.name), QString::number(plan.sendable),
                         messagesText(static_cast<qint64>(plan.items.size())),
                         QString::number(refusedForCause(plan)), leftOut));
    for (const auto& [refusal, count] : plan.refusals) {
        if (isLeftOut(refusal))
            continue;
        output.line(QStringLiteral("  refused %1: %2")
                        .arg(QString::number(count), refusalText(refusal, plan.options.destination)));
    }
    for (const auto& [queue, copies] : plan.receivers)
        output.line((isServiceBus ? QStringLiteral("  %1 to %2") : QStringLiteral("  %1 to queue %2"))
                        .arg(QString::number(copies), printable(queue)));
    std::map<QByteArray, qint64> unknown; // sent to, where nobody knows who gets it
    for (const PlanItem& item : plan.items) {
        if (item.refusal == Refusal::None && item.receivers.isEmpty() && !item.receiversKnown && sends(kind))
            ++unknown[item.exchange.isEmpty() ? item.routingKey : item.exchange];
    }
    for (const auto& [where, count] : unknown)
        output.line(QStringLiteral("  %1 to %2; who gets a copy is not known")
                        .arg(QString::number(count), printable(QString::fromUtf8(where))));
    const QStringList shared = sharedChanges(plan);
    if (withItems && !shared.isEmpty())
        output.line(QStringLiteral("  each: %1").arg(printable(shared.join(QStringLiteral("; ")))));
    for (const QString& warning : plan.warnings)
        output.line(QStringLiteral("  note: %1").arg(printable(warning)));
    if (!withItems || plan.items.empty())
        return;
    // Whole: a person agrees to what is written here.
    // Service Bus has no exchanges: there the routing key is the queue or topic that it is sent to.
    QStringList head{QStringLiteral("number"), QStringLiteral("id"), QStringLiteral("outcome")};
    head << (isServiceBus ? QStringList{QStringLiteral("sent to")}
                          : QStringList{QStringLiteral("exchange"), QStringLiteral("routing key")})
         << QStringLiteral("receivers");
    if (shared.isEmpty())
        head << QStringLiteral("changes");
    head << QStringLiteral("note");
    TextTable table(head, TextTable::Cells::Whole);
    const auto go = [kind](const PlanItem& item) {
        return kind == RunKind::DeadLetter              ? QStringLiteral("dead-letter")
               : kind != RunKind::Delete                ? QStringLiteral("send")
               : item.state == amqp10::State::Scheduled ? QStringLiteral("cancel")
                                                        : QStringLiteral("delete");
    };
    // What is refused is not agreed to: some examples, with the sums above.
    constexpr qint64 mostRefused = 20;
    qint64 listed = 0;
    for (const PlanItem& item : plan.items) {
        if (isLeftOut(item.refusal) || (item.refusal != Refusal::None && ++listed > mostRefused))
            continue;
        QStringList cells{QString::number(item.number), QString::number(item.snapshotId),
                          item.refusal == Refusal::None ? go(item) : refusalWord(item.refusal)};
        if (!isServiceBus)
            cells << QString::fromUtf8(item.exchange);
        cells << QString::fromUtf8(item.routingKey) << receiversText(item, kind);
        if (shared.isEmpty()) // of what is refused nothing is changed
            cells << (item.refusal == Refusal::None ? item.changes.join(QStringLiteral("; ")) : QString());
        table.add(cells << item.note);
    }
    output.line();
    table.flush(output);
    if (listed > mostRefused)
        output.line(
            QStringLiteral("... and %1 more that are refused; --json lists each.").arg(listed - mostRefused));
}

} // namespace

Result<int> followRun(Session& session, ReplayJob& started) {
    ReplayDesk& desk = (*session.workspace())->replays();
    const QString runId = started.runId();
    // The desk owns the job and lets it go at its end.
    const QPointer<ReplayJob> job(&started);
    struct Seen {
        bool ended = false;
        std::optional<Error> error;
        bool waited = false;
        QString toldWait; // its figures aside
    } seen;
    QObject receiver;
    QObject::connect(&desk, &ReplayDesk::runEnded, &receiver, [&](const QString& id) {
        if (id == runId)
            seen.ended = true;
    });
    const auto look = [&] {
        if (!job)
            return;
        if (job->error())
            seen.error = job->error();
        if (job->state() == JobState::Waiting && !seen.waited) {
            static const QRegularExpression figures(QStringLiteral("[0-9]+"));
            const QString why = job->waitingFor();
            const QString sort = QString(why).remove(figures);
            if (sort != std::exchange(seen.toldWait, sort))
                session.out().notice(QStringLiteral("The run waits and goes on by itself: %1").arg(why));
        }
        seen.waited = job->state() == JobState::Waiting;
    };
    QObject::connect(job, &ReplayJob::stateChanged, &receiver, look);
    const auto ended = [&] {
        if (job)
            session.out().progress(progressText(*job));
        return seen.ended || !job;
    };
    look();
    if (!waitUntil(ended)) {
        session.out().notice(QStringLiteral("Stopping: waiting for the answers under way."));
        if (job)
            job->cancel();
        waitUntil(ended, OnInterrupt::Finish);
    }
    session.out().endProgress();
    auto code = reportRun(session, runId);
    if (!code && seen.error) // it never came into the journal
        return failure(std::move(*seen.error));
    if (code && seen.error) {
        session.out().error(*seen.error);
        return std::max(*code, exitCodeOf(seen.error->kind));
    }
    return code;
}

Result<int> runToEnd(Session& session, const QString& runId, RunIs runIs, const WritePermit& permit,
                     BrokerGateway& gateway) {
    ReplayDesk& desk = (*session.workspace())->replays();
    const auto limit = runIs == RunIs::Known ? limitNow(desk, runId, gateway) : std::nullopt;
    auto job = desk.start(runId, permit, gateway, limit);
    if (!job) {
        if (runIs == RunIs::New) // the first error is the one to tell
            (void)waitFor(desk.abandon(runId), OnInterrupt::Finish);
        return failure(std::move(job.error()));
    }
    return followRun(session, **job);
}

namespace {

// Why messages stayed where they were: some of the reasons of the first ones, each with its count there.
void tellReasons(Session& session, const RunRecord& record) {
    constexpr int looked = 200;
    constexpr int told = 5;
    ReplayDesk& desk = (*session.workspace())->replays();
    for (const ItemState state : {ItemState::Rejected, ItemState::Returned, ItemState::Missing}) {
        if (!record.counts.contains(state) || record.counts.at(state) == 0)
            continue;
        const auto items = waitFor(desk.items(record.header.id, state, 0, looked), OnInterrupt::Finish);
        if (!items)
            continue; // the counts stand above
        // Service Bus ends each refusal with an id of its own; one of them is enough to ask for support.
        std::map<QString, std::pair<QString, int>>
            reasons; // without that id -> the first one whole, how many
        for (const ItemRecord& item : *items)
            ++reasons.try_emplace(item.reason.section(QLatin1String("TrackingId"), 0, 0), item.reason, 0)
                  .first->second.second;
        int left = told;
        for (const auto& [alike, counted] : reasons) {
            if (!alike.isEmpty() && left-- > 0)
                session.out().line(QStringLiteral("  %1 %2: %3")
                                       .arg(QString::number(counted.second), stateText(state, record.header),
                                            printable(counted.first)));
        }
    }
}

} // namespace

Result<int> reportRun(Session& session, const QString& runId) {
    ReplayDesk& desk = (*session.workspace())->replays();
    auto record = waitFor(desk.run(runId), OnInterrupt::Finish);
    if (!record)
        return failure(std::move(record.error()));
    Output& output = session.out();
    output.object({{QStringLiteral("run"), shapes::run(*record)}});
    QStringList counts;
    bool leftOver = false;
    for (const auto& [state, count] : record->counts) {
        if (count == 0)
            continue;
        counts << QStringLiteral("%1 %2").arg(QString::number(count), stateText(state, record->header));
        leftOver = leftOver || isLeftOver(state);
    }
    const auto open = waitFor(desk.unfinished(), OnInterrupt::Finish);
    output.line(QStringLiteral("Run %1 (%2) %3: %4.")
                    .arg(record->header.id, runKindWord(record->header.kind),
                         open ? stateText(*record, *open) : runStateWord(record->state),
                         record->header.options.keepsNoCopies ? QStringLiteral("no copies kept")
                         : counts.isEmpty()                   ? QStringLiteral("nothing to do")
                                                              : counts.join(QStringLiteral(", "))));
    if (!record->endReason.isEmpty())
        output.line(QStringLiteral("  %1").arg(printable(record->endReason)));
    tellReasons(session, *record);
    if (record->counts.contains(ItemState::InDoubt) && record->counts.at(ItemState::InDoubt) > 0)
        output.notice(QStringLiteral("Messages in doubt wait for your decision: signalbox replay decide %1 "
                                     "--send-again|--treat-as-sent|--leave")
                          .arg(record->header.id));
    const bool whole = record->state == RunState::Finished && !leftOver;
    return whole ? exitcode::done : exitcode::partly;
}

void tellUnfinished(Session& session) {
    const auto workspace = session.workspace();
    if (!workspace)
        return; // the command itself says so
    const auto open = waitFor((*workspace)->replays().unfinished());
    if (!open || open->empty())
        return;
    constexpr qsizetype named = 3;
    QStringList runs;
    for (const RunRecord& record : *open)
        runs << QStringLiteral("%1 (%2 of %3)")
                    .arg(record.header.id, runKindWord(record.header.kind), record.header.source.name);
    QString text = runs.mid(0, named).join(QStringLiteral(", "));
    if (runs.size() > named)
        text += QStringLiteral(" and %1 more").arg(runs.size() - named);
    session.out().notice(
        QStringLiteral("Unfinished runs: %1. Look: signalbox replay list --unfinished. Go on: signalbox "
                       "replay resume RUN. End: signalbox replay abandon RUN.")
            .arg(text));
}

Result<QDateTime> enqueueTime(const QString& at) {
    const QDateTime time = QDateTime::fromString(at, Qt::ISODateWithMs);
    if (!time.isValid())
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--at is no time like 2026-11-27T18:00:00Z: %1").arg(at));
    if (time <= QDateTime::currentDateTimeUtc())
        return failure(ErrorKind::Invalid, QStringLiteral("--at lies in the past: %1").arg(at));
    return time.toUTC();
}

Result<void> judgeSending(Session& session, const ConnectionProfile& profile, BrokerGateway& gateway,
                          const QString& entity, SendBack& how) {
    if (profile.technology != technology::serviceBus) {
        session.out().notice(sendBackChanges());
        return {};
    }
    const auto routing = waitFor(gateway.routing());
    if (!routing)
        return failure(routing.error());
    const SendBackJudgement judged = judgeSendBack(*routing, entity);
    if (!judged.refusal.isEmpty())
        return failure(ErrorKind::Unsupported, judged.refusal);
    how.isServiceBus = true;
    how.newMessageIds = judged.newMessageIds;
    if (!judged.notice.isEmpty())
        session.out().notice(judged.notice);
    return {};
}

Result<ConnectionProfile> profileOf(Session& session, const RunHeader& header) {
    auto profile = session.profile(header.source.connectionId);
    if (!profile)
        return failure(ErrorKind::NotFound,
                       QStringLiteral("The connection of this run, %1, is no longer in the workspace.")
                           .arg(header.connectionName));
    return profile;
}

Result<int> planAndRun(Session& session, const ConnectionProfile& profile, BrokerGateway& gateway,
                       PlannedRun planned) {
    // Asked first: nobody should read a plan and agree only to be told no.
    Result<WritePermit> permit = session.permit(profile);
    if (!permit && !planned.dryRun)
        return failure(std::move(permit.error()));
    ReplayDesk& desk = (*session.workspace())->replays();
    planned.request.next = planned.inputs();
    session.out().progress(QStringLiteral("planning ..."));
    auto plan = waitFor(desk.plan(planned.request));
    session.out().endProgress();
    if (!plan)
        return failure(std::move(plan.error()));
    printPlan(session.out(), *plan, planned.request, planned.dryRun);
    const bool isDone = plan->sendable > 0 || plan->refused == refusedAs(*plan, Refusal::OverLimit);
    const int code = isDone && refusedForCause(*plan) == 0 ? exitcode::done : exitcode::partly;
    if (planned.dryRun || plan->sendable == 0)
        return code;
    const QString question =
        planned.questionFor ? planned.questionFor(*plan) : planned.question.arg(messagesText(plan->sendable));
    if (auto agreed = session.confirm(question, planned.yes); !agreed)
        return failure(std::move(agreed.error()));
    if (planned.request.reason.isEmpty())
        planned.request.reason = permit->reason();
    planned.request.next = planned.inputs();
    auto run = waitFor(desk.accept(planned.request, std::make_shared<const ReplayPlan>(std::move(*plan))),
                       OnInterrupt::Finish);
    if (!run)
        return failure(std::move(run.error()));
    auto ran = runToEnd(session, *run, RunIs::New, *permit, gateway);
    if (!ran)
        return ran;
    return std::max(*ran, code);
}

} // namespace signalbox
