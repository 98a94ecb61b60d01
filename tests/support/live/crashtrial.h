// Kills the program in the middle of a replay, delete, purge or restore, lets it resume, and has an
// independent consumer count what became of every message. Blocking.
#pragma once

#include "tests/support/live/rabbitnode.h"

#include <QSet>

namespace signalbox::live {

enum class CrashAct { Replay, Delete, Purge, Restore };
const char* crashActWord(CrashAct act); // as the program's command is called

struct CrashOptions {
    CrashAct act = CrashAct::Replay;
    QString program; // the signalbox binary
    QString folder;  // for the workspace of this trial; must exist
    qint64 messages = 2000;
    QByteArray queueType = "classic";
    int killAfterMs = 100; // from the start of the process
    int again = 0;         // a second kill, so long into the resuming; 0 = none
};

struct CrashResult {
    bool killed = false; // false: the run was over before the kill
    // Neither at the target nor in the source. What a run removed is restored from its copies first, so that
    // a copy that is missing or broken counts as lost; a message in doubt of a restore is in its copy.
    qint64 lost = 0;
    qint64 doubles = 0;  // more than once in target and source together
    qint64 unlisted = 0; // of those, the ones the run does not list as in doubt
    qint64 inDoubt = 0;  // listed
    qint64 moved = 0;    // at the target; of the other acts: back in the source
    int ranMs = 0;       // of the first process, killed or not
    QString trace;       // what happened, for a failure's message
};

// Busy: the program did not end in time. Internal: it failed in an unexpected way; the detail has its words.
Result<CrashResult> crashTrial(RabbitNode& node, const CrashOptions& options);

} // namespace signalbox::live
