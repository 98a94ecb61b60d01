#include "app/store/snapshot/sqlsnapshot.h"

#include <QTimeZone>
#include <algorithm>

namespace signalbox {

SqlSnapshot::SqlSnapshot(Database searching, Database fetching, SnapshotState state, FactsOf factsOf,
                         const Clock& clock)
    : clock_(clock)
    , factsOf_(std::move(factsOf))
    , searching_(std::move(searching))
    , search_(searching_, interrupts_)
    , fetching_(std::move(fetching))
    , rows_(fetching_)
    , info_(std::move(state.info)) {}

SqlSnapshot::~SqlSnapshot() = default;

Result<std::shared_ptr<SqlSnapshot>> SqlSnapshot::open(const QString& file, FactsOf factsOf,
                                                       const Clock& clock) {
    auto db = snapshotfile::openExisting(file);
    if (!db)
        return failure(db.error());
    auto state = snapshotfile::read(*db);
    if (!state)
        return failure(state.error());
    if (!*state)
        return failure(ErrorKind::Corrupt, QStringLiteral("%1 is not a snapshot.").arg(file));
    return make(std::move(*db), std::move(**state), std::move(factsOf), clock);
}

Result<std::shared_ptr<SqlSnapshot>> SqlSnapshot::make(Database first, SnapshotState state, FactsOf factsOf,
                                                       const Clock& clock) {
    auto second = snapshotfile::openExisting(first.file());
    if (!second)
        return failure(second.error());
    return std::make_shared<SqlSnapshot>(std::move(first), std::move(*second), std::move(state),
                                         std::move(factsOf), clock);
}

Result<std::shared_ptr<SqlSnapshot>> SqlSnapshot::openOrMake(const QString& file, const SnapshotInfo& info,
                                                             FactsOf factsOf, const Clock& clock) {
    auto db = snapshotfile::open(file);
    if (!db)
        return failure(db.error());
    auto state = snapshotfile::read(*db);
    if (!state)
        return failure(state.error());
    if (!*state) {
        SnapshotState fresh;
        fresh.info = info;
        if (auto written = snapshotfile::write(*db, fresh); !written)
            return failure(written.error());
        *state = fresh;
    }
    return make(std::move(*db), std::move(**state), std::move(factsOf), clock);
}

SnapshotInfo SqlSnapshot::info() const {
    const std::lock_guard lock(infoMutex_);
    return info_;
}

void SqlSnapshot::publish(const SnapshotState& state, bool reading) {
    const std::lock_guard lock(infoMutex_);
    info_ = state.info;
    if (reading)
        info_.endReason = QStringLiteral("being read");
}

Result<void> SqlSnapshot::makeWriter() {
    if (writer_)
        return {};
    auto db = snapshotfile::openExisting(searching_.file());
    if (!db)
        return failure(db.error());
    SnapshotState state;
    state.info = info();
    writer_ = std::make_unique<SnapshotWriter>(std::move(*db), std::move(state), factsOf_);
    return {};
}

Result<void> SqlSnapshot::forgetRemoved(const RemovedByAsk& removedBy) {
    const std::lock_guard lock(writeMutex_);
    if (auto made = makeWriter(); !made)
        return made;
    auto done = writer_->forgetRemoved(removedBy);
    if (done)
        publish(writer_->state(), false);
    return done;
}

Result<void> SqlSnapshot::beginReading() {
    const std::lock_guard lock(writeMutex_);
    if (auto made = makeWriter(); !made)
        return made;
    auto done = writer_->begin(clock_.now());
    if (done)
        publish(writer_->state(), true);
    return done;
}

Result<void> SqlSnapshot::noteOpened(const QString& queueType) {
    const std::lock_guard lock(writeMutex_);
    if (!writer_)
        return failure(noReadingBegun());
    auto done = writer_->noteOpened(queueType);
    publish(writer_->state(), writer_->isReading());
    return done;
}

Result<void> SqlSnapshot::append(std::span<const SnapshotEntry> entries) {
    const std::lock_guard lock(writeMutex_);
    if (!writer_)
        return failure(noReadingBegun());
    auto done = writer_->append(entries);
    publish(writer_->state(), writer_->isReading());
    return done;
}

Result<void> SqlSnapshot::finish(bool whole, const QString& endReason) {
    const std::lock_guard lock(writeMutex_);
    if (!writer_)
        return failure(ErrorKind::Internal,
                       QStringLiteral("A reading of a snapshot was ended that never began."));
    auto done = writer_->finish(whole, endReason, clock_.now());
    publish(writer_->state(), false);
    writer_.reset(); // its memory is for readings only
    return done;
}

Result<IdPage> SqlSnapshot::ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit) {
    const std::lock_guard lock(searchMutex_);
    return search_.ids(query, from, limit);
}

Result<qint64> SqlSnapshot::count(const SnapshotQuery& query) {
    const std::lock_guard lock(searchMutex_);
    return search_.count(query);
}

// The columns keep what the table shows; the path and the like come from the headers again.
SnapshotRow SqlSnapshot::fullRow(StoredMessage stored) const {
    SnapshotRow& row = stored.row;
    row.state = amqp10::stateOf(stored.message);
    DeathFacts facts = factsOf_(stored.message);
    DeathFacts& kept = row.facts;
    if (!facts.originKnown) { // perhaps it was told by the body
        facts.originKnown = kept.originExchange != QString::fromUtf8(row.exchange) ||
                            kept.originKeys != QStringList{QString::fromUtf8(row.routingKey)};
        if (facts.originKnown) {
            facts.originExchange = kept.originExchange;
            facts.originKeys = kept.originKeys;
        }
    }
    facts.reason = kept.reason;
    facts.originQueue = kept.originQueue;
    facts.firstDeath = kept.firstDeath;
    facts.lastDeath = kept.lastDeath;
    facts.deaths = kept.deaths;
    facts.exceptionType = kept.exceptionType;
    facts.exceptionText = kept.exceptionText;
    facts.messageType = kept.messageType;
    facts.framework = kept.framework;
    facts.replayAttempts = kept.replayAttempts;
    kept = std::move(facts);
    return std::move(row);
}

// Ids that are no longer there are left out.
Result<std::vector<SnapshotRow>> SqlSnapshot::rows(std::span<const qint64> ids) {
    const std::lock_guard lock(fetchMutex_);
    std::vector<SnapshotRow> rows;
    rows.reserve(ids.size());
    for (const qint64 id : ids) {
        auto stored = rows_.read(id, RowReader::What::Properties);
        if (stored)
            rows.push_back(fullRow(std::move(*stored)));
        else if (stored.error().kind != ErrorKind::NotFound)
            return failure(stored.error());
    }
    return rows;
}

Result<Message> SqlSnapshot::message(qint64 id) {
    const std::lock_guard lock(fetchMutex_);
    auto stored = rows_.read(id, RowReader::What::Content);
    if (!stored)
        return failure(stored.error());
    const Fingerprint expected =
        stored->digest.isEmpty() ? stored->row.fingerprint : Fingerprint::fromBytes(stored->digest);
    if (fingerprintOf(stored->message) != expected)
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The message at position %1 of the snapshot is damaged. Read the queue again.")
                .arg(stored->row.position));
    return std::move(stored->message);
}

Result<std::vector<FailureGroup>> SqlSnapshot::groups(const SnapshotQuery& query) {
    std::map<qint64, SnapshotSearch::Tally> tallies;
    const bool all = query.where.isEmpty() && query.text.isEmpty();
    if (!all) {
        const std::lock_guard lock(searchMutex_);
        auto found = search_.tally(query);
        if (!found)
            return failure(std::move(found.error()));
        tallies = std::move(*found);
    }
    const std::lock_guard lock(fetchMutex_);
    auto groups = GroupTable::read(fetching_);
    if (!groups || all)
        return groups;
    const auto timeOf = [](qint64 ms) {
        return ms == unknownTime ? QDateTime() : QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc());
    };
    for (FailureGroup& group : *groups) {
        const SnapshotSearch::Tally& tally = tallies[group.id];
        group.count = tally.messages;
        group.firstSeen = timeOf(tally.firstSeen);
        group.lastSeen = timeOf(tally.lastSeen);
    }
    std::stable_sort(groups->begin(), groups->end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    return groups;
}

Result<std::map<Fingerprint, int>> SqlSnapshot::twins() {
    const std::lock_guard lock(fetchMutex_);
    auto statement =
        fetching_.prepare("SELECT fingerprint, MAX(occurrence) + 1 FROM facts WHERE occurrence > 0 "
                          "GROUP BY fingerprint");
    if (!statement)
        return failure(std::move(statement.error()));
    std::map<Fingerprint, int> all;
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return all;
        all[Fingerprint::fromBytes(statement->bytes(0))] = statement->integer(1);
    }
}

void SqlSnapshot::interrupt() {
    ++interrupts_;
    searching_.interrupt();
}

} // namespace signalbox
