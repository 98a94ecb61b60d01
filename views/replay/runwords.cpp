#include "views/replay/runwords.h"
#include "views/widgets/freetr.h"

#include "views/widgets/words.h"

namespace signalbox {

QString runKindText(RunKind kind) {
    switch (kind) {
    case RunKind::Replay:
        return tr("Replay");
    case RunKind::Delete:
        return tr("Delete");
    case RunKind::Purge:
        return tr("Purge");
    case RunKind::Restore:
        return tr("Restore");
    case RunKind::Import:
        return tr("Import");
    case RunKind::DeadLetter:
        return tr("Dead-letter");
    }
    return {};
}

qint64 countOf(const RunRecord& run, ItemState state) {
    const auto found = run.counts.find(state);
    return found == run.counts.end() ? 0 : found->second;
}

StateWords runStateWords(const RunRecord& run, std::optional<ReplayJob::State> job, bool isOpen) {
    if (job) {
        switch (*job) {
        case ReplayJob::State::Idle:
        case ReplayJob::State::Running:
            return {tr("running"), QStringLiteral("play"), Tone::Info};
        case ReplayJob::State::Paused:
            return {tr("paused"), QStringLiteral("pause"), Tone::Warn};
        case ReplayJob::State::Waiting:
            return {tr("waiting for the broker"), QStringLiteral("wait"), Tone::Warn};
        default:
            break;
        }
    }
    const bool doubt = countOf(run, ItemState::InDoubt) > 0;
    if (isOpen && run.state != RunState::Failed)
        return {tr("cut short"), QStringLiteral("warning"), Tone::Warn};
    switch (run.state) {
    case RunState::Planned:
        return {tr("not started"), QStringLiteral("circle"), Tone::TextDim};
    case RunState::Running:
    case RunState::Paused:
        return {tr("worked on elsewhere"), QStringLiteral("play"), Tone::Info};
    case RunState::Finished:
        return doubt ? StateWords{tr("in doubt"), QStringLiteral("question"), Tone::Warn}
                     : StateWords{tr("finished"), QStringLiteral("ok"), Tone::Ok};
    case RunState::Cancelled:
        return {doubt ? tr("ended, in doubt") : tr("ended"), QStringLiteral("stop"),
                doubt ? Tone::Warn : Tone::TextDim};
    case RunState::Failed:
        return {tr("failed"), QStringLiteral("error"), Tone::Error};
    }
    return {};
}

bool removesOriginals(const RunHeader& header) {
    return reads(header.kind) && !header.sourceIsStream;
}

StateWords itemStateWords(ItemState state, bool removes) {
    switch (state) {
    case ItemState::Planned:
        return {tr("to do"), QStringLiteral("circle"), Tone::TextDim};
    case ItemState::Refused:
        return {tr("refused by the plan"), QStringLiteral("blocked"), Tone::Warn};
    case ItemState::Published:
        return {tr("sent, no answer yet"), QStringLiteral("wait"), Tone::Info};
    case ItemState::Confirmed:
        return removes ? StateWords{tr("sent, original not yet removed"), QStringLiteral("check"), Tone::Info}
                       : StateWords{tr("sent"), QStringLiteral("ok"), Tone::Ok};
    case ItemState::Removed:
        return {tr("done"), QStringLiteral("ok"), Tone::Ok};
    case ItemState::Returned:
        return {tr("came back: no queue took it"), QStringLiteral("error"), Tone::Error};
    case ItemState::Rejected:
        return {tr("refused by the broker"), QStringLiteral("error"), Tone::Error};
    case ItemState::InDoubt:
        return {tr("in doubt"), QStringLiteral("question"), Tone::Warn};
    case ItemState::Missing:
        return {tr("not met in the queue"), QStringLiteral("skip"), Tone::Warn};
    case ItemState::Cancelled:
        return {removes ? tr("left in the queue") : tr("not sent"), QStringLiteral("stop"), Tone::TextDim};
    case ItemState::Saved:
        return {tr("copy saved"), QStringLiteral("save"), Tone::Info};
    }
    return {};
}

qint64 stillToSend(const RunRecord& run) {
    if (!sends(run.header.kind))
        return 0;
    return countOf(run, ItemState::Planned) + (reads(run.header.kind) ? 0 : countOf(run, ItemState::Saved));
}

DoubtWords doubtWords(const RunHeader& header) {
    if (removesOriginals(header))
        return {tr("They &arrived: remove the originals"),
                tr("You saw them at the receiver. The originals leave the queue; nothing is sent.")};
    return {tr("They &arrived"), tr("You saw them at the receiver. Nothing is sent.")};
}

QString restText(const RunHeader& header) {
    if (removesOriginals(header))
        return tr("What was not sent stays in the queue.");
    return header.kind == RunKind::Restore ? tr("What was not sent can be restored again.")
                                           : tr("What was not sent is where it was.");
}

QString outcomeText(const RunRecord& run) {
    QStringList parts;
    for (const ItemState state :
         {ItemState::Removed, ItemState::Confirmed, ItemState::InDoubt, ItemState::Returned,
          ItemState::Rejected, ItemState::Missing, ItemState::Refused, ItemState::Cancelled,
          ItemState::Planned, ItemState::Published, ItemState::Saved}) {
        if (const qint64 count = countOf(run, state); count > 0)
            parts << QStringLiteral("%1 %2").arg(words::count(count),
                                                 itemStateWords(state, removesOriginals(run.header)).text);
    }
    if (parts.isEmpty() && run.header.options.keepsNoCopies)
        return run.endReason; // no message of it is in the journal
    return parts.join(QStringLiteral(" · "));
}

QString routeText(const RunHeader& header) {
    switch (header.kind) {
    case RunKind::Delete:
    case RunKind::Purge:
    case RunKind::DeadLetter:
        return header.source.name;
    case RunKind::Restore:
    case RunKind::Import:
        return tr("into %1").arg(header.source.name);
    case RunKind::Replay:
        return QStringLiteral("%1, %2").arg(header.source.name, header.destination);
    }
    return {};
}

QDateTime copiesKeptUntil(const RunRecord& run) {
    constexpr int keptDays = 30; // as the workspace does at each start
    return run.endedAt.isValid() ? run.endedAt.addDays(keptDays) : QDateTime();
}

QString resumeText(const RunRecord& run) {
    QStringList parts;
    if (const qint64 confirmed = countOf(run, ItemState::Confirmed); confirmed > 0)
        parts << (removesOriginals(run.header) ? tr("%1 already confirmed will be removed, never sent twice.")
                  : confirmed == 1             ? tr("%1 was sent already and is not sent again.")
                                               : tr("%1 were sent already and are not sent again."))
                     .arg(words::count(confirmed));
    const qint64 left = countOf(run, ItemState::Planned) + countOf(run, ItemState::Saved);
    if (left > 0)
        parts << (left == 1 ? tr("1 is still to do.") : tr("%1 are still to do.").arg(words::count(left)));
    const qint64 doubt = countOf(run, ItemState::InDoubt) + countOf(run, ItemState::Published);
    if (doubt > 0)
        parts << (doubt == 1
                      ? tr("1 was sent without an answer and waits for your decision; it is left alone.")
                      : tr("%1 were sent without an answer and wait for your decision; they are left alone.")
                            .arg(words::count(doubt)));
    return parts.join(QLatin1Char(' '));
}

} // namespace signalbox
