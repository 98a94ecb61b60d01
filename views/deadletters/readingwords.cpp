#include "views/deadletters/readingwords.h"

#include "views/widgets/words.h"

namespace signalbox {

ProgressStrip::State readingProgress(const SnapshotSession& session) {
    ProgressStrip::State state;
    state.label = SnapshotSession::tr("Reading %1").arg(session.queue().name);
    const SnapshotJob* job = session.job();
    if (!job || (job->state() != SnapshotJob::State::Running && job->state() != SnapshotJob::State::Paused)) {
        state.canPause = false; // it is being prepared
        return state;
    }
    const SnapshotJob::Progress progress = job->progress();
    state.done = progress.read;
    state.total = progress.expected;
    state.perSecond = progress.perSecond;
    state.secondsLeft = progress.secondsLeft;
    state.paused = job->state() == SnapshotJob::State::Paused;
    return state;
}

QString readingSummary(const SnapshotSession& session) {
    const std::optional<SnapshotInfo> info = session.info();
    if (!info || !info->takenAt.isValid())
        return {};
    QString text = info->count == 1
                       ? SnapshotSession::tr("read %1: 1 message").arg(words::when(info->takenAt))
                       : SnapshotSession::tr("read %1: %2 messages")
                             .arg(words::when(info->takenAt), words::count(info->count));
    if (!info->whole && !info->endReason.isEmpty())
        text += SnapshotSession::tr(", not whole: %1").arg(info->endReason);
    if (!info->bodiesKept)
        text += SnapshotSession::tr(", without bodies");
    // First, so that a narrow window does not cut it off.
    if (session.removedSince() > 0)
        text.prepend(SnapshotSession::tr("%1 removed by runs since: read again · ")
                         .arg(words::count(session.removedSince())));
    return text;
}

} // namespace signalbox
