#include "models/replay/replayjournal.h"

#include <algorithm>

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

bool isOpen(RunState state) {
    return state == RunState::Planned || state == RunState::Running || state == RunState::Paused;
}

bool isLeftOver(ItemState state) {
    switch (state) {
    case ItemState::Removed:
    case ItemState::Confirmed: // copies of streams, restore, import: nothing is removed
    case ItemState::Refused:   // told by the plan already
        return false;
    default:
        return true;
    }
}

bool sends(RunKind kind) {
    return kind != RunKind::Delete && kind != RunKind::Purge && kind != RunKind::DeadLetter;
}

bool reads(RunKind kind) {
    return kind != RunKind::Restore && kind != RunKind::Import;
}

QString whyNotRestorable(const RunHeader& header) {
    if (header.sourceIsStream || !reads(header.kind))
        return QStringLiteral("This run removed nothing from a queue, so there is nothing to restore.");
    if (header.kind == RunKind::DeadLetter)
        return QStringLiteral("The messages of this run are dead letters now, and copies of them would be "
                              "doubles: replay them from %1/$DeadLetterQueue.")
            .arg(header.source.name);
    return {};
}

bool isTouched(const RunRecord& record) {
    const bool saves = !sends(record.header.kind);
    return std::any_of(record.counts.begin(), record.counts.end(), [saves](const auto& entry) {
        const auto& [state, items] = entry;
        return items > 0 && state != ItemState::Planned && state != ItemState::Refused &&
               state != ItemState::Cancelled && (state != ItemState::Saved || saves);
    });
}

bool isUnfinished(const RunRecord& record) {
    if (isOpen(record.state))
        return record.state != RunState::Planned || isTouched(record);
    return std::any_of(record.counts.begin(), record.counts.end(), [&record](const auto& entry) {
        const auto& [state, items] = entry;
        const ItemHold hold = items > 0 ? holdOf(record.header, record.state, state) : ItemHold::None;
        // What a person ended or saw end is told apart by its doubts, not offered again at every start.
        return hold == ItemHold::Claimed || (hold == ItemHold::InDoubt && (record.state == RunState::Failed ||
                                                                           state == ItemState::Published));
    });
}

ItemHold holdOf(const RunHeader& header, RunState run, ItemState item) {
    if (isOpen(run)) {
        const bool open = item == ItemState::Planned || item == ItemState::Published ||
                          item == ItemState::Confirmed || item == ItemState::InDoubt ||
                          item == ItemState::Saved;
        return open ? ItemHold::Claimed : ItemHold::None;
    }
    if (sends(header.kind) && (item == ItemState::Published || item == ItemState::InDoubt))
        return ItemHold::InDoubt;
    if (run != RunState::Failed || header.kind == RunKind::Purge) // a purge that has ended is not resumed
        return ItemHold::None;
    const bool unremoved =
        item == ItemState::Confirmed && header.kind == RunKind::Replay && !header.sourceIsStream;
    return unremoved || item == ItemState::Saved ? ItemHold::Claimed : ItemHold::None;
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
