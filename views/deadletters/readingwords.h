// A reading in words: how it goes, how it ended. GUI thread (tr).
#pragma once

#include "views/deadletters/snapshotsession.h"
#include "views/widgets/progressstrip.h"

namespace signalbox {

ProgressStrip::State readingProgress(const SnapshotSession& session);
// "read 2024-03-01 12:00:05: 1,482 messages", with what is not whole about it, behind how many of them runs
// have removed since; empty: never read.
QString readingSummary(const SnapshotSession& session);

} // namespace signalbox
