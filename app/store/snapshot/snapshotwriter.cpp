#include "app/store/snapshot/snapshotwriter.h"

#include "app/store/snapshot/columnstore.h"
#include "models/base/background.h"

namespace signalbox {

namespace {

constexpr std::size_t sliceSize = 256; // prepared on the helper while the slice before is written

} // namespace

Error noReadingBegun() {
    return {ErrorKind::Internal, QStringLiteral("A snapshot was written to before its reading began."), {}};
}

SnapshotWriter::SnapshotWriter(Database db, SnapshotState state, FactsOf factsOf)
    : db_(std::move(db))
    , state_(std::move(state))
    , next_(state_)
    , factsOf_(std::move(factsOf))
    , terms_(db_)
    , groups_(db_)
    , words_(db_)
    , rows_(db_, terms_) {
    helper_.setMaxThreadCount(1);
}

SnapshotWriter::~SnapshotWriter() {
    helper_.waitForDone();
}

void SnapshotWriter::rollBack() {
    next_ = state_;
    terms_.forget();
}

Result<void> SnapshotWriter::commit(Transaction& transaction) {
    auto done = groups_.flush();
    if (done)
        done = snapshotfile::write(db_, next_);
    if (done)
        done = transaction.commit();
    if (done)
        state_ = next_;
    return done;
}

Result<std::unique_ptr<QLockFile>> SnapshotWriter::lockFile() {
    if (reading_)
        return failure(ErrorKind::Conflict, QStringLiteral("This queue is being read already."));
    auto lock = std::make_unique<QLockFile>(db_.file() + QStringLiteral(".lock"));
    lock->setStaleLockTime(0); // a reading may take hours; a dead reader is known by its process
    if (!lock->tryLock(0)) {
        if (lock->error() == QLockFile::LockFailedError)
            return failure(ErrorKind::Conflict,
                           QStringLiteral("Another Signalbox is reading this queue. Wait until it is done."));
        return failure(ErrorKind::Storage,
                       QStringLiteral("Cannot write beside the snapshot %1.").arg(db_.file()));
    }
    return lock;
}

Result<void> SnapshotWriter::readState() {
    const auto stored = snapshotfile::read(db_);
    if (!stored || !*stored)
        return failure(stored ? Error{ErrorKind::Corrupt, QStringLiteral("The snapshot is damaged."), {}}
                              : stored.error());
    state_ = next_ = **stored;
    terms_.forget();
    return {};
}

Result<void> SnapshotWriter::begin(const QDateTime& now) {
    auto lock = lockFile();
    if (!lock)
        return failure(lock.error());
    if (auto known = readState(); !known)
        return known;
    refresh_ = state_.info.count > 0;
    if (auto loaded = groups_.load(); !loaded)
        return loaded;
    if (auto caught = words_.catchUp(next_, false); !caught)
        return caught;
    if (refresh_) {
        auto indexed =
            db_.execute("CREATE INDEX IF NOT EXISTS facts_identity ON facts(fingerprint, occurrence)");
        if (!indexed)
            return indexed;
    }
    next_.info.whole = false;
    next_.info.takenAt = now;
    next_.info.endReason = QStringLiteral("the reading was interrupted"); // until finish() knows better
    if (auto written = snapshotfile::write(db_, next_); !written)
        return written;
    state_ = next_;
    met_.assign(refresh_ ? static_cast<std::size_t>(state_.lastId) + 1 : 0, false);
    seen_ = {};
    position_ = 0;
    lock_ = std::move(*lock);
    reading_ = true;
    return {};
}

Result<void> SnapshotWriter::noteOpened(const QString& queueType) {
    if (!reading_)
        return failure(noReadingBegun());
    next_.info.queueType = queueType;
    ++next_.info.unseenReadings;
    auto written = snapshotfile::write(db_, next_);
    if (written)
        state_ = next_;
    else
        next_ = state_;
    return written;
}

std::vector<PreparedEntry> SnapshotWriter::prepare(std::span<const SnapshotEntry> entries,
                                                   MessageWords& splitter) const {
    std::vector<PreparedEntry> prepared;
    prepared.reserve(entries.size());
    for (const SnapshotEntry& entry : entries)
        prepared.push_back(prepareEntry(entry, factsOf_, state_.bodiesKept(), splitter));
    return prepared;
}

Result<void> SnapshotWriter::append(std::span<const SnapshotEntry> entries) {
    if (!reading_)
        return failure(noReadingBegun());
    if (entries.empty())
        return {};
    auto transaction = Transaction::begin(db_);
    if (!transaction)
        return failure(transaction.error());
    next_.info.unseenReadings = 0; // what comes now tells how often it was delivered
    auto done = prepareAndStore(entries);
    if (done && words_.isDue())
        done = words_.flush(next_);
    if (done)
        done = commit(*transaction);
    if (!done) {
        // Twin numbers and the index's pending words are ahead of the file now: this reading cannot go on.
        rollBack();
        words_.forget();
        reading_ = false;
        lock_.reset();
    }
    return done;
}

Result<void> SnapshotWriter::prepareAndStore(std::span<const SnapshotEntry> entries) {
    std::vector<PreparedEntry> ready =
        prepare(entries.first(std::min(sliceSize, entries.size())), hereSplitter_);
    entries = entries.subspan(ready.size());
    while (!ready.empty()) {
        const auto slice = entries.first(std::min(sliceSize, entries.size()));
        entries = entries.subspan(slice.size());
        std::vector<PreparedEntry> following;
        QFuture<bool> helped;
        if (!slice.empty()) {
            helped = inBackground(helper_, [&, slice] {
                following = prepare(slice, helperSplitter_);
                return true;
            });
        }
        auto done = store(ready);
        helped.waitForFinished();
        if (!done)
            return done;
        ready = std::move(following);
    }
    return {};
}

Result<void> SnapshotWriter::store(std::vector<PreparedEntry>& prepared) {
    for (PreparedEntry& entry : prepared) {
        if (auto done = storeOne(entry); !done)
            return done;
    }
    return {};
}

Result<void> SnapshotWriter::storeOne(PreparedEntry& entry) {
    const qint64 position = entry.entry->streamOffset >= 0 ? entry.entry->streamOffset : position_ + 1;
    position_ = position;
    byOffset_ = entry.entry->streamOffset >= 0;
    const int occurrence = seen_.next(entry.fingerprint);
    if (refresh_) {
        const auto known = rows_.find(entry.fingerprint, occurrence);
        if (!known)
            return failure(known.error());
        if (*known > 0) {
            if (static_cast<std::size_t>(*known) < met_.size())
                met_[static_cast<std::size_t>(*known)] = true;
            return rows_.renew(entry, *known, position, state_.bodiesKept());
        }
    }
    const auto group = groups_.count(entry.signature, entry.facts);
    if (!group)
        return failure(group.error());
    const qint64 id = ++next_.lastId;
    if (auto done = rows_.insert(entry, {id, position, occurrence, *group}, state_.bodiesKept()); !done)
        return done;
    ++next_.info.count;
    next_.info.bytes += entry.entry->message.bodySize;
    next_.info.hasDeaths = next_.info.hasDeaths || entry.facts.deaths > 0;
    words_.add(id, std::move(entry.words.text));
    return {};
}

Result<qint64> SnapshotWriter::drop(std::span<const qint64> ids) {
    auto facts = db_.prepare("DELETE FROM facts WHERE id = ? RETURNING size");
    auto content = db_.prepare("DELETE FROM content WHERE id = ?");
    if (!facts || !content)
        return failure(!facts ? facts.error() : content.error());
    qint64 dropped = 0;
    for (const qint64 id : ids) {
        facts->bind(1, id);
        const auto row = facts->step();
        if (!row)
            return failure(row.error());
        if (*row) {
            ++dropped;
            --next_.info.count;
            next_.info.bytes -= facts->int64(0);
        }
        facts->reset();
        content->bind(1, id);
        if (auto done = content->run(); !done)
            return failure(done.error());
    }
    return dropped;
}

// Rows that were there before and were not met go, if the reading saw the whole queue; else they stay, behind
// what was read.
Result<qint64> SnapshotWriter::dropUnmet() {
    std::vector<qint64> unmet;
    for (std::size_t id = 1; id < met_.size(); ++id) {
        if (!met_[id])
            unmet.push_back(static_cast<qint64>(id));
    }
    return drop(unmet);
}

Result<void> SnapshotWriter::settleRows(bool whole, const QString& endReason) {
    auto transaction = Transaction::begin(db_);
    if (!transaction)
        return failure(transaction.error());
    auto done = words_.flush(next_);
    if (done && refresh_) {
        ++next_.generation;
        if (whole) {
            const auto dropped = dropUnmet();
            if (!dropped)
                return failure(dropped.error());
            done = groups_.flush();
            if (done && *dropped > 0)
                done = groups_.recount();
        } else if (!byOffset_) {
            auto shift = db_.prepare("UPDATE facts SET position = position + ? WHERE id = ?");
            if (!shift)
                return failure(shift.error());
            for (std::size_t id = 1; done && id < met_.size(); ++id) {
                if (met_[id])
                    continue;
                shift->bind(1, position_).bind(2, id);
                done = shift->run();
            }
        }
    }
    next_.info.endReason = endReason;
    if (whole)
        next_.info.unseenReadings = 0;
    return done ? commit(*transaction) : done;
}

Result<void> SnapshotWriter::finish(bool whole, const QString& endReason, const QDateTime& now) {
    if (!reading_)
        return failure(ErrorKind::Internal,
                       QStringLiteral("A reading of a snapshot was ended that never began."));
    reading_ = false;
    auto done = settleRows(whole, endReason);
    if (done && state_.lastId > 2 * state_.info.count + 20000)
        done = words_.catchUp(next_, true);
    if (done)
        done = ColumnStore::build(db_, next_);
    if (done) { // only now is it whole
        next_.info.whole = whole;
        next_.info.takenAt = now;
        done = snapshotfile::write(db_, next_);
    }
    if (done)
        state_ = next_;
    else
        rollBack();
    seen_ = {};
    met_ = {};
    lock_.reset();
    // The log back into the file, so that it does not lie there twice as large.
    (void)db_.execute("PRAGMA wal_checkpoint(PASSIVE)");
    return done;
}

} // namespace signalbox
