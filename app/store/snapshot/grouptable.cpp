#include "app/store/snapshot/grouptable.h"

namespace signalbox {

Result<void> GroupTable::load() {
    tallies_.clear();
    auto rows = db_.prepare("SELECT signature, id, messages, first_seen, last_seen FROM failure_group");
    if (!rows)
        return failure(rows.error());
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            break;
        Tally tally;
        tally.id = rows->int64(1);
        tally.messages = rows->int64(2);
        if (!rows->isNull(3))
            tally.firstSeen = rows->int64(3);
        if (!rows->isNull(4))
            tally.lastSeen = rows->int64(4);
        tallies_.insert(rows->bytes(0), tally);
    }
    if (add_.isValid())
        return {};
    auto add = db_.prepare(
        "INSERT INTO failure_group(signature, title, reason, exception_type, message_type, origin,"
        " messages) VALUES(?, ?, ?, ?, ?, ?, 0)");
    auto update =
        db_.prepare("UPDATE failure_group SET messages = ?, first_seen = ?, last_seen = ? WHERE id = ?");
    if (!add || !update)
        return failure(!add ? add.error() : update.error());
    add_ = std::move(*add);
    update_ = std::move(*update);
    return {};
}

Result<GroupTable::Tally*> GroupTable::tally(const FailureSignature& signature, const DeathFacts& facts) {
    if (const auto known = tallies_.find(signature.bytes); known != tallies_.end())
        return &known.value();
    if (tallies_.size() >= groupLimit && !facts.exceptionText.isEmpty()) {
        DeathFacts coarse = facts;
        coarse.exceptionText.clear();
        return tally(failureSignature(coarse), coarse);
    }
    add_.bindBlob(1, signature.bytes)
        .bind(2, signature.title)
        .bind(3, facts.reason)
        .bind(4, facts.exceptionType);
    add_.bind(5, facts.messageType).bind(6, facts.originQueue);
    if (auto added = add_.run(); !added)
        return failure(added.error());
    Tally fresh;
    fresh.id = db_.lastInsertId();
    return &tallies_.insert(signature.bytes, fresh).value();
}

Result<qint64> GroupTable::count(const FailureSignature& signature, const DeathFacts& facts) {
    const auto found = tally(signature, facts);
    if (!found)
        return failure(found.error());
    Tally& tally = **found;
    tally.changed = true;
    ++tally.messages;
    const QDateTime& first = facts.firstDeath.isValid() ? facts.firstDeath : facts.lastDeath;
    const QDateTime& last = facts.lastDeath.isValid() ? facts.lastDeath : facts.firstDeath;
    if (first.isValid())
        tally.firstSeen = std::min(tally.firstSeen, first.toMSecsSinceEpoch());
    if (last.isValid())
        tally.lastSeen = std::max(tally.lastSeen, last.toMSecsSinceEpoch());
    return tally.id;
}

Result<void> GroupTable::flush() {
    for (Tally& tally : tallies_) {
        if (!tally.changed)
            continue;
        update_.bind(1, tally.messages).bind(4, tally.id);
        if (tally.firstSeen != std::numeric_limits<qint64>::max())
            update_.bind(2, tally.firstSeen);
        if (tally.lastSeen != std::numeric_limits<qint64>::min())
            update_.bind(3, tally.lastSeen);
        if (auto done = update_.run(); !done)
            return done;
        tally.changed = false;
    }
    return {};
}

Result<void> GroupTable::recount() {
    auto done = db_.execute(
        "UPDATE failure_group SET messages = 0, first_seen = NULL, last_seen = NULL;"
        "UPDATE failure_group SET messages = n, first_seen = lo, last_seen = hi FROM"
        " (SELECT group_id AS g, count(*) AS n, min(coalesce(first_death, last_death)) AS lo,"
        "  max(coalesce(last_death, first_death)) AS hi FROM facts GROUP BY group_id) WHERE id = g;");
    return done ? load() : done;
}

Result<std::vector<FailureGroup>> GroupTable::read(Database& db) {
    auto rows =
        db.prepare("SELECT id, signature, title, reason, exception_type, message_type, origin, messages,"
                   " first_seen, last_seen FROM failure_group WHERE messages > 0 ORDER BY messages DESC, id");
    if (!rows)
        return failure(rows.error());
    std::vector<FailureGroup> groups;
    for (;;) {
        const auto row = rows->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return groups;
        FailureGroup group;
        group.id = rows->int64(0);
        group.signature = rows->bytes(1);
        group.title = rows->text(2);
        group.reason = rows->text(3);
        group.exceptionType = rows->text(4);
        group.messageType = rows->text(5);
        group.origin = rows->text(6);
        group.count = rows->int64(7);
        group.firstSeen = rows->utcTime(8);
        group.lastSeen = rows->utcTime(9);
        groups.push_back(std::move(group));
    }
}

} // namespace signalbox
