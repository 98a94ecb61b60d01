#include "tests/support/fakejournal.h"

#include <algorithm>
#include <set>

namespace signalbox {

class FakeJournal::Lease final : public RunLease {
public:
    Lease(FakeJournal& journal, QString run)
        : journal_(journal)
        , run_(std::move(run)) {}
    ~Lease() override {
        const std::lock_guard lock(journal_.mutex_);
        if (auto found = journal_.find(run_); found && !journal_.world_->isDead())
            (*found)->leased = false;
    }

private:
    FakeJournal& journal_;
    QString run_;
};

// Writing is atomic: a death before or after, never in the middle.
Result<void> FakeJournal::guarded(const QByteArray& call, const std::function<Result<void>()>& act) {
    const std::lock_guard lock(mutex_);
    const Trouble trouble = world_->next(call);
    const tl::unexpected<Error> dead =
        signalbox::failure(ErrorKind::Internal, QStringLiteral("the process is dead"));
    if (trouble == Trouble::DieBefore)
        return dead;
    if (failure)
        return signalbox::failure(*failure);
    if (trouble == Trouble::DieMidway)
        return dead;
    Result<void> done = act();
    if (trouble == Trouble::DieAfter)
        return dead;
    return done;
}

Result<FakeJournal::Run*> FakeJournal::find(const QString& id) {
    for (const auto& run : runs_) {
        if (run->header.id == id)
            return run.get();
    }
    return signalbox::failure(ErrorKind::NotFound, QStringLiteral("no run %1").arg(id));
}

Result<JournalMemory> FakeJournal::memory(const EntityRef& source,
                                          std::span<const Fingerprint> fingerprints) {
    const std::lock_guard lock(mutex_);
    JournalMemory memory;
    const std::set<Fingerprint> once(fingerprints.begin(), fingerprints.end()); // twins have one answer
    for (const Fingerprint& fingerprint : once) {
        for (const auto& run : runs_) {
            if (run->header.source != source || !reads(run->header.kind))
                continue;
            const bool replays = run->header.kind == RunKind::Replay;
            const bool open = isOpen(run->state);
            for (const auto& [number, item] : run->items) {
                if (item.plan.fingerprint != fingerprint)
                    continue;
                if (open && item.state != ItemState::Refused)
                    memory.claimedBy[fingerprint] = run->header.id;
                else if (!open && replays && item.state == ItemState::Removed)
                    ++memory.replayedBefore[fingerprint];
                if (item.state == ItemState::Removed)
                    memory.removed[fingerprint].push_back(
                        {run->header.createdAt, run->header.id, item.restored});
                const ItemHold hold = holdOf(run->header, run->state, item.state);
                if (!open && hold == ItemHold::Claimed)
                    memory.claimedBy[fingerprint] = run->header.id;
                else if (hold == ItemHold::InDoubt)
                    memory.inDoubt[fingerprint] = run->header.id;
            }
        }
    }
    return memory;
}

Result<void> FakeJournal::createRun(const RunHeader& header) {
    return guarded("createRun", [&]() -> Result<void> {
        runs_.push_back(std::make_unique<Run>());
        runs_.back()->header = header;
        return {};
    });
}

Result<void> FakeJournal::dropEmptyRun(const QString& id) {
    return guarded("dropEmptyRun", [&]() -> Result<void> {
        std::erase_if(runs_, [&](const auto& run) { return run->header.id == id && run->items.empty(); });
        return {};
    });
}

Result<void> FakeJournal::addItems(const QString& id, std::span<const PlanItem> items) {
    return guarded("addItems", [&]() -> Result<void> {
        auto run = find(id);
        if (!run)
            return signalbox::failure(run.error());
        for (const PlanItem& item : items)
            (*run)->items[item.number] = {
                item, item.refusal == Refusal::None ? ItemState::Planned : ItemState::Refused, item.note, {}};
        return {};
    });
}

Result<qint64> FakeJournal::addCopiesOf(const QString& id, const QString& fromRun,
                                        std::span<const qint64> numbers) {
    qint64 count = 0;
    qint64 before = 0;
    auto done = guarded("addCopiesOf", [&]() -> Result<void> {
        auto to = find(id);
        auto from = find(fromRun);
        if (!to || !from)
            return signalbox::failure(to ? from.error() : to.error());
        qint64 next = static_cast<qint64>((*to)->items.size());
        for (auto& [number, item] : (*from)->items) {
            if (!item.copy || (!numbers.empty() && std::ranges::find(numbers, number) == numbers.end()))
                continue;
            if (item.restored) {
                ++before;
                continue;
            }
            item.restored = true;
            Item copied = item;
            copied.restored = false;
            copied.plan.number = ++next;
            copied.state = ItemState::Saved;
            copied.reason.clear();
            (*to)->items[next] = std::move(copied);
            ++count;
        }
        if (count == 0 && before > 0)
            return signalbox::failure(ErrorKind::Conflict, QStringLiteral("restored before"));
        return {};
    });
    if (!done)
        return signalbox::failure(done.error());
    return count;
}

Result<void> FakeJournal::addSavedItems(const QString& id, std::span<const PlanItem> items,
                                        std::span<const Message> messages) {
    return guarded("addSavedItems", [&]() -> Result<void> {
        auto run = find(id);
        if (!run)
            return signalbox::failure(run.error());
        for (std::size_t i = 0; i < items.size(); ++i)
            (*run)->items[items[i].number] = {items[i], ItemState::Saved, {}, messages[i]};
        return {};
    });
}

Result<std::unique_ptr<RunLease>> FakeJournal::lease(const QString& id) {
    std::unique_ptr<RunLease> lease;
    auto done = guarded("lease", [&]() -> Result<void> {
        auto run = find(id);
        if (!run)
            return signalbox::failure(run.error());
        if ((*run)->leased)
            return signalbox::failure(ErrorKind::Conflict, QStringLiteral("another process works on it"));
        (*run)->leased = true;
        lease = std::make_unique<Lease>(*this, id);
        return {};
    });
    if (!done)
        return signalbox::failure(done.error());
    return lease;
}

Result<void> FakeJournal::apply(Run& run, std::span<const qint64> numbers, ItemState state,
                                const QString& reason) {
    for (const qint64 number : numbers) {
        const auto found = run.items.find(number);
        if (found == run.items.end())
            return signalbox::failure(ErrorKind::NotFound, QStringLiteral("no item %1").arg(number));
        found->second.state = state;
        found->second.reason = reason;
    }
    return {};
}

Result<void> FakeJournal::applyCopies(Run& run, std::span<const SavedCopy> copies, ItemState next) {
    for (const SavedCopy& copy : copies) {
        Item& item = run.items[copy.number];
        item.plan.number = copy.number;
        if (copy.fingerprint)
            item.plan.fingerprint = *copy.fingerprint;
        item.copy = *copy.original;
        item.state = next;
        item.reason.clear();
    }
    return {};
}

Result<void> FakeJournal::saveCopies(const QString& id, std::span<const SavedCopy> copies, ItemState next) {
    return guarded("saveCopies", [&]() -> Result<void> {
        auto run = find(id);
        return run ? applyCopies(**run, copies, next) : signalbox::failure(run.error());
    });
}

Result<void> FakeJournal::mark(const QString& id, std::span<const qint64> numbers, ItemState state,
                               const QString& reason) {
    return guarded("mark", [&]() -> Result<void> {
        auto run = find(id);
        return run ? apply(**run, numbers, state, reason) : signalbox::failure(run.error());
    });
}

Result<void> FakeJournal::write(const QString& id, const JournalStep& step) {
    return guarded("write", [&]() -> Result<void> {
        auto run = find(id);
        if (!run)
            return signalbox::failure(run.error());
        for (const JournalMark& entry : step.marks) {
            if (auto done = apply(**run, entry.numbers, entry.state, entry.reason); !done)
                return done;
        }
        return applyCopies(**run, step.copies, step.copiesNext);
    });
}

Result<void> FakeJournal::setRunState(const QString& id, RunState state, const QString& reason) {
    return guarded("setRunState", [&]() -> Result<void> {
        auto run = find(id);
        if (!run)
            return signalbox::failure(run.error());
        (*run)->state = state;
        (*run)->endReason = reason;
        return {};
    });
}

Result<void> FakeJournal::noteSourceOpen(const QString& id) {
    return guarded("noteSourceOpen", [&]() -> Result<void> {
        auto run = find(id);
        if (!run)
            return signalbox::failure(run.error());
        ++(*run)->sourceOpens;
        return {};
    });
}

RunRecord FakeJournal::recordOf(const Run& run) const {
    RunRecord record;
    record.header = run.header;
    record.state = run.state;
    record.endReason = run.endReason;
    record.sourceOpens = run.sourceOpens;
    for (const auto& [number, item] : run.items)
        ++record.counts[item.state];
    return record;
}

Result<std::vector<RunRecord>> FakeJournal::runs(const QString& search, int limit) {
    const std::lock_guard lock(mutex_);
    std::vector<RunRecord> all;
    for (auto run = runs_.rbegin(); run != runs_.rend() && static_cast<int>(all.size()) < limit; ++run) {
        if (search.isEmpty() || (*run)->header.source.name.contains(search))
            all.push_back(recordOf(**run));
    }
    return all;
}

Result<std::vector<RunRecord>> FakeJournal::runsOf(const EntityRef& queue, int limit) {
    const std::lock_guard lock(mutex_);
    std::vector<RunRecord> all;
    for (auto run = runs_.rbegin(); run != runs_.rend() && static_cast<int>(all.size()) < limit; ++run) {
        if ((*run)->header.source == queue)
            all.push_back(recordOf(**run));
    }
    return all;
}

Result<RunRecord> FakeJournal::run(const QString& id) {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : runs_) {
        if (entry->header.id.startsWith(id))
            return recordOf(*entry);
    }
    return signalbox::failure(ErrorKind::NotFound, QStringLiteral("no run %1").arg(id));
}

Result<std::vector<RunRecord>> FakeJournal::unfinished() {
    const std::lock_guard lock(mutex_);
    std::vector<RunRecord> all;
    for (const auto& entry : runs_) {
        if (!entry->leased && isUnfinished(recordOf(*entry)))
            all.push_back(recordOf(*entry));
    }
    return all;
}

Result<std::vector<ItemRecord>> FakeJournal::items(const QString& id, std::optional<ItemState> state,
                                                   qint64 afterNumber, int limit) {
    const std::lock_guard lock(mutex_);
    auto run = find(id);
    if (!run)
        return signalbox::failure(run.error());
    std::vector<ItemRecord> page;
    for (auto entry = (*run)->items.upper_bound(afterNumber);
         entry != (*run)->items.end() && static_cast<int>(page.size()) < limit; ++entry) {
        const Item& item = entry->second;
        if (state && item.state != *state)
            continue;
        ItemRecord record{item.plan, item.state, item.reason, {}, item.copy.has_value(), {}};
        record.plan.edited.reset();
        page.push_back(std::move(record));
    }
    return page;
}

Result<qint64> FakeJournal::countSince(const QString& id, ItemState state, const QDateTime& since) {
    const std::lock_guard lock(mutex_);
    auto run = find(id);
    if (!run)
        return signalbox::failure(run.error());
    if ((*run)->header.createdAt < since)
        return 0;
    return std::count_if((*run)->items.begin(), (*run)->items.end(),
                         [&](const auto& entry) { return entry.second.state == state; });
}

Result<ItemRecord> FakeJournal::item(const QString& id, qint64 number) {
    const std::lock_guard lock(mutex_);
    auto run = find(id);
    if (!run)
        return signalbox::failure(run.error());
    const auto found = (*run)->items.find(number);
    if (found == (*run)->items.end())
        return signalbox::failure(ErrorKind::NotFound, QStringLiteral("no item %1").arg(number));
    const Item& item = found->second;
    return ItemRecord{item.plan, item.state, item.reason, {}, item.copy.has_value(), {}};
}

Result<void> FakeJournal::addMessageIds(const QString& id, std::span<ItemRecord> items) {
    const std::lock_guard lock(mutex_);
    auto run = find(id);
    if (!run)
        return signalbox::failure(run.error());
    for (ItemRecord& record : items) {
        const auto found = (*run)->items.find(record.plan.number);
        if (found != (*run)->items.end() && found->second.copy && found->second.copy->properties.messageId)
            record.messageId = QString::fromUtf8(*found->second.copy->properties.messageId);
    }
    return {};
}

Result<Message> FakeJournal::copy(const QString& id, qint64 number) {
    const std::lock_guard lock(mutex_);
    auto run = find(id);
    if (!run)
        return signalbox::failure(run.error());
    const auto found = (*run)->items.find(number);
    if (found == (*run)->items.end() || !found->second.copy)
        return signalbox::failure(ErrorKind::NotFound, QStringLiteral("no copy of %1").arg(number));
    return *found->second.copy;
}

Result<qint64> FakeJournal::pruneCopies(const QDateTime&) {
    return 0;
}

void FakeJournal::processDied() {
    const std::lock_guard lock(mutex_);
    for (const auto& run : runs_)
        run->leased = false;
}

std::map<ItemState, qint64> FakeJournal::counts(const QString& id) {
    const auto record = run(id);
    return record ? record->counts : std::map<ItemState, qint64>();
}

} // namespace signalbox
