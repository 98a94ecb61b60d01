#include "models/replay/replayjournal.h"

namespace signalbox {

QString itemStateWord(ItemState state) {
    switch (state) {
    case ItemState::Planned:
        return QStringLiteral("planned");
    case ItemState::Refused:
        return QStringLiteral("refused");
    case ItemState::Published:
        return QStringLiteral("published");
    case ItemState::Confirmed:
        return QStringLiteral("confirmed");
    case ItemState::Removed:
        return QStringLiteral("removed");
    case ItemState::Returned:
        return QStringLiteral("returned");
    case ItemState::Rejected:
        return QStringLiteral("rejected");
    case ItemState::InDoubt:
        return QStringLiteral("in-doubt");
    case ItemState::Missing:
        return QStringLiteral("missing");
    case ItemState::Cancelled:
        return QStringLiteral("cancelled");
    case ItemState::Saved:
        return QStringLiteral("saved");
    }
    return QStringLiteral("planned");
}

QString runStateWord(RunState state) {
    switch (state) {
    case RunState::Planned:
        return QStringLiteral("planned");
    case RunState::Running:
        return QStringLiteral("running");
    case RunState::Paused:
        return QStringLiteral("paused");
    case RunState::Finished:
        return QStringLiteral("finished");
    case RunState::Cancelled:
        return QStringLiteral("cancelled");
    case RunState::Failed:
        return QStringLiteral("failed");
    }
    return QStringLiteral("planned");
}

Result<void> ReplayJournal::write(const QString& run, const JournalStep& step) {
    for (const JournalMark& entry : step.marks) {
        if (entry.numbers.empty())
            continue;
        if (auto done = mark(run, entry.numbers, entry.state, entry.reason); !done)
            return done;
    }
    if (!step.copies.empty())
        return saveCopies(run, step.copies, step.copiesNext);
    return {};
}

} // namespace signalbox
