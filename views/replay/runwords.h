// Runs and their messages in words, icons and tones. Pure; GUI thread for the translations.
#pragma once

#include "models/replay/replayjob.h"
#include "views/widgets/tones.h"

#include <optional>

namespace signalbox {

struct StateWords {
    QString text;
    QString iconName;
    Tone tone = Tone::TextDim;
};

QString runKindText(RunKind kind);
// `job`: it is worked on here; `isOpen`: cut short, to be resumed or ended.
StateWords runStateWords(const RunRecord& run, std::optional<ReplayJob::State> job, bool isOpen);
// `removes`: the run takes the originals from a queue; else a confirmed message is all that was wanted.
StateWords itemStateWords(ItemState state, bool removes);
bool removesOriginals(const RunHeader& header);
qint64 countOf(const RunRecord& run, ItemState state);
// What a run has not sent yet; of delete, dead-letter and purge nothing.
qint64 stillToSend(const RunRecord& run);
// Of messages that were sent without an answer: what a person can say of them, and what that does.
struct DoubtWords {
    QString arrived, arrivedTip;
};
DoubtWords doubtWords(const RunHeader& header);
// What becomes of the rest when a run is paused or ended, a sentence.
QString restText(const RunHeader& header);
// "1,480 done, 12 refused, 3 in doubt": only what is there.
QString outcomeText(const RunRecord& run);
// "orders.dlq, to the origin queue"
QString routeText(const RunHeader& header);
// When the workspace drops the copies of a run that has ended; invalid while it has not.
QDateTime copiesKeptUntil(const RunRecord& run);
// What resuming this run will do, in one sentence; empty when there is nothing particular to say.
QString resumeText(const RunRecord& run);

} // namespace signalbox
