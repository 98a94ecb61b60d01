#include "app/store/journalreader.h"

#include "models/messaging/messagecodec.h"

#include <algorithm>
#include <set>

namespace signalbox {

namespace {

constexpr const char* allRuns = " FROM replay_run ORDER BY run_no DESC";

bool mentions(const RunRecord& record, const QString& search) {
    const RunHeader& header = record.header;
    const QString* texts[] = {&header.id,          &header.connectionName, &header.source.name,
                              &header.destination, &header.actor,          &header.reason};
    return search.isEmpty() || std::any_of(std::begin(texts), std::end(texts), [&](const QString* text) {
               return text->contains(search, Qt::CaseInsensitive);
           });
}

// Shorter ones would be found in nearly every message.
constexpr qsizetype shortestMessageSearch = 6;

// Runs with a saved message whose properties or headers (its message id, say) hold these very bytes.
Result<std::set<qint64>> runsWithMessage(Database& db, const QString& search) {
    std::set<qint64> found;
    if (search.size() < shortestMessageSearch)
        return found;
    auto done = eachRowOf(
        db, "SELECT DISTINCT item_key / 4294967296 FROM replay_copy WHERE instr(properties, ?) > 0",
        [&](const Statement& row) -> Result<void> {
            found.insert(row.int64(0));
            return {};
        },
        search.toUtf8());
    if (!done)
        return failure(std::move(done.error()));
    return found;
}

} // namespace

Result<std::unique_ptr<JournalReader>> JournalReader::open(Database db) {
    std::unique_ptr<JournalReader> reader(new JournalReader(std::move(db)));
    if (auto done = reader->prepareAll(); !done)
        return failure(std::move(done.error()));
    return reader;
}

Result<void> JournalReader::prepareAll() {
    const QByteArray itemColumns =
        "SELECT item_key, state, changed_ms, has_copy, fingerprint, occurrence, snapshot_id, "
        "position, refusal, route_no, reason, twins, session FROM replay_item ";
    const std::pair<Statement*, QByteArray> all[] = {
        {&findRun_, "SELECT run_no FROM replay_run WHERE id = ?"},
        {&counts_, "SELECT state, items FROM replay_count WHERE run_no = ? AND items > 0"},
        {&items_, itemColumns + "WHERE item_key BETWEEN ? AND ? ORDER BY item_key LIMIT ?"},
        {&itemsInState_,
         itemColumns + "WHERE item_key BETWEEN ? AND ? AND state = ? ORDER BY item_key LIMIT ?"},
        {&route_, "SELECT exchange, routing_key, receivers, receivers_known, changes, note FROM replay_route "
                  "WHERE route_no = ?"},
        {&copy_,
         QByteArray("SELECT i.fingerprint, ") + messageColumns +
             " FROM replay_copy c JOIN replay_item i ON i.item_key = c.item_key WHERE c.item_key = ?"},
        {&properties_, "SELECT properties FROM replay_copy WHERE item_key = ?"},
        {&edited_, QByteArray("SELECT ") + messageColumns + " FROM replay_edited WHERE item_key = ?"},
        {&identity_,
         "SELECT i.item_key, i.state, i.changed_ms, i.state IN (8, 9) AND i.reason LIKE 'in doubt;%', "
         "EXISTS (SELECT 1 FROM replay_restore t JOIN replay_item r ON r.item_key = t.item_key "
         "WHERE t.copy_key = i.item_key AND r.state = 3) "
         "FROM replay_identity d JOIN replay_item i ON "
         "i.item_key = d.item_key "
         "WHERE d.fingerprint = ? ORDER BY d.item_key"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = db_.prepare(sql);
        if (!prepared)
            return failure(std::move(prepared.error()));
        *statement = std::move(*prepared);
    }
    return {};
}

Result<qint64> JournalReader::runNumber(const QString& run) {
    if (const auto known = runNumbers_.constFind(run); known != runNumbers_.constEnd())
        return *known;
    findRun_.bind(1, run);
    qint64 number = 0;
    auto done = eachRow(findRun_, [&](const Statement& row) -> Result<void> {
        number = row.int64(0);
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    if (number == 0)
        return failure(ErrorKind::NotFound, QStringLiteral("The replay journal has no run %1.").arg(run));
    runNumbers_.insert(run, number);
    return number;
}

Result<void> JournalReader::readCounts(qint64 runNo, RunRecord& record) {
    counts_.bind(1, runNo);
    return eachRow(counts_, [&](const Statement& row) -> Result<void> {
        record.counts[static_cast<ItemState>(row.integer(0))] = row.int64(1);
        return {};
    });
}

Result<std::vector<RunRecord>> JournalReader::runs(const QString& search, int limit) {
    // One moment for header and counts; filtered here, because SQL's LIKE folds ASCII letters only.
    auto moment = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!moment)
        return failure(std::move(moment.error()));
    auto statement = db_.prepare(QByteArray("SELECT ") + runColumns + allRuns);
    if (!statement)
        return failure(std::move(statement.error()));
    const auto withMessage = runsWithMessage(db_, search);
    if (!withMessage)
        return failure(withMessage.error());
    std::vector<RunRecord> records;
    while (static_cast<int>(records.size()) < limit) {
        auto more = statement->step();
        if (!more)
            return failure(std::move(more.error()));
        if (!*more)
            break;
        auto record = runOf(*statement);
        if (!record)
            return failure(std::move(record.error()));
        if (!mentions(*record, search) && !withMessage->contains(statement->int64(0)))
            continue;
        if (auto done = readCounts(statement->int64(0), *record); !done)
            return failure(std::move(done.error()));
        records.push_back(std::move(*record));
    }
    return records;
}

Result<std::vector<RunRecord>> JournalReader::runsOf(const EntityRef& queue, int limit) {
    auto moment = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!moment)
        return failure(std::move(moment.error()));
    std::vector<RunRecord> records;
    auto done = eachRowOf(
        db_,
        QByteArray("SELECT ") + runColumns + " FROM replay_run WHERE " + runOfQueue +
            " ORDER BY run_no DESC LIMIT ?4",
        [&](const Statement& row) -> Result<void> {
            auto record = runOf(row);
            if (!record)
                return failure(std::move(record.error()));
            if (auto counted = readCounts(row.int64(0), *record); !counted)
                return counted;
            records.push_back(std::move(*record));
            return {};
        },
        queue.connectionId, queue.space, queue.name, limit);
    if (!done)
        return failure(std::move(done.error()));
    return records;
}

Result<std::vector<RunRecord>> JournalReader::openRuns() {
    auto moment = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!moment)
        return failure(std::move(moment.error()));
    std::vector<RunRecord> records;
    auto done = eachRowOf(
        db_,
        QByteArray("SELECT ") + runColumns +
            " FROM replay_run r WHERE state IN ('planned', 'running', 'paused') OR EXISTS (SELECT 1 "
            "FROM replay_count c WHERE c.run_no = r.run_no AND c.items > 0 AND c.state IN (2, 3, 7, "
            "10)) ORDER BY run_no DESC", // published, confirmed, in doubt, saved
        [&](const Statement& row) -> Result<void> {
            auto record = runOf(row);
            if (!record)
                return failure(std::move(record.error()));
            if (auto counted = readCounts(row.int64(0), *record); !counted)
                return counted;
            if (isUnfinished(*record))
                records.push_back(std::move(*record));
            return {};
        });
    if (!done)
        return failure(std::move(done.error()));
    return records;
}

Result<RunRecord> JournalReader::run(const QString& idOrPrefix) {
    auto moment = Transaction::begin(db_, Transaction::Kind::Deferred);
    if (!moment)
        return failure(std::move(moment.error()));
    std::vector<RunRecord> found;
    auto done = eachRowOf(
        db_,
        QByteArray("SELECT ") + runColumns +
            " FROM replay_run WHERE substr(id, 1, ?) = ? ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END LIMIT 2",
        [&](const Statement& row) -> Result<void> {
            auto record = runOf(row);
            if (!record)
                return failure(std::move(record.error()));
            if (auto counted = readCounts(row.int64(0), *record); !counted)
                return counted;
            found.push_back(std::move(*record));
            return {};
        },
        idOrPrefix.size(), idOrPrefix, idOrPrefix);
    if (!done)
        return failure(std::move(done.error()));
    if (found.empty() || idOrPrefix.isEmpty())
        return failure(ErrorKind::NotFound,
                       QStringLiteral("The replay journal has no run %1.").arg(idOrPrefix));
    if (found.size() > 1 && found.front().header.id != idOrPrefix)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Several runs begin with %1. Give more of its id.").arg(idOrPrefix));
    return std::move(found.front());
}

Result<PlanRoute> JournalReader::route(qint64 routeNo) {
    PlanRoute route;
    route_.bind(1, routeNo);
    auto done = eachRow(route_, [&](const Statement& row) -> Result<void> {
        route = {row.bytes(0),
                 row.bytes(1),
                 fromJsonList(row.text(2)),
                 row.integer(3) != 0,
                 fromJsonList(row.text(4)),
                 row.text(5)};
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    return route;
}

Result<ItemRecord> JournalReader::itemOf(const Statement& row, Routes& routes) {
    ItemRecord record;
    record.state = static_cast<ItemState>(row.integer(1));
    record.changedAt = fromMs(row.int64(2));
    record.hasCopy = row.integer(3) != 0;
    record.reason = row.text(10);
    PlanItem& plan = record.plan;
    plan.number = numberOfKey(row.int64(0));
    plan.fingerprint = Fingerprint::fromBytes(row.view(4));
    plan.occurrence = row.integer(5);
    plan.snapshotId = row.int64(6);
    plan.position = row.int64(7);
    plan.twins = row.integer(11);
    if (!row.isNull(12))
        plan.session = row.text(12);
    if (!row.isNull(8)) {
        const auto refusal = refusalFromWord(row.text(8));
        // A word of a newer program still means that the item was refused.
        plan.refusal = refusal.value_or(Refusal::Unparsable);
        if (record.reason.isEmpty())
            record.reason = refusal ? refusalText(*refusal) : row.text(8);
    }
    if (const qint64 routeNo = row.int64(9); routeNo != 0) {
        auto known = routes.find(routeNo);
        if (known == routes.end()) {
            auto read = route(routeNo);
            if (!read)
                return failure(std::move(read.error()));
            known = routes.insert(routeNo, *read);
        }
        plan.exchange = known->exchange;
        plan.routingKey = known->routingKey;
        plan.receivers = known->receivers;
        plan.receiversKnown = known->receiversKnown;
        plan.changes = known->changes;
        plan.note = known->note;
    }
    return record;
}

Result<qint64> JournalReader::countSince(const QString& run, ItemState state, const QDateTime& since) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    qint64 count = 0;
    auto done = eachRowOf(
        db_,
        "SELECT COUNT(*) FROM replay_item WHERE item_key BETWEEN ? AND ? AND state = ? AND changed_ms >= ?",
        [&](const Statement& row) -> Result<void> {
            count = row.int64(0);
            return {};
        },
        itemKey(*runNo, 0), itemKey(*runNo, itemsPerRun - 1), static_cast<int>(state), toMs(since));
    if (!done)
        return failure(std::move(done.error()));
    return count;
}

Result<std::vector<ItemRecord>> JournalReader::items(const QString& run, std::optional<ItemState> state,
                                                     qint64 afterNumber, int limit) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    std::vector<ItemRecord> records;
    RunRecord counted;
    if (state) { // the counts spare a look at a million rows for a state that none is in
        if (auto done = readCounts(*runNo, counted); !done)
            return failure(std::move(done.error()));
        if (!counted.counts.contains(*state))
            return records;
    }
    Statement& statement = state ? itemsInState_ : items_;
    const qint64 first = itemKey(*runNo, std::max<qint64>(afterNumber, 0) + 1);
    const qint64 last = itemKey(*runNo, itemsPerRun - 1);
    if (state)
        statement.bindAll(first, last, static_cast<int>(*state), limit);
    else
        statement.bindAll(first, last, limit);
    Routes routes;
    auto done = eachRow(statement, [&](const Statement& row) -> Result<void> {
        auto record = itemOf(row, routes);
        if (!record)
            return failure(std::move(record.error()));
        records.push_back(std::move(*record));
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    return records;
}

Result<ItemRecord> JournalReader::item(const QString& run, qint64 number) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    const qint64 key = itemKey(*runNo, number);
    std::optional<ItemRecord> found;
    Routes routes;
    items_.bindAll(key, key, 1);
    auto done = eachRow(items_, [&](const Statement& row) -> Result<void> {
        auto record = itemOf(row, routes);
        if (!record)
            return failure(std::move(record.error()));
        found = std::move(*record);
        return {};
    });
    if (done && found) {
        edited_.bind(1, key);
        done = eachRow(edited_, [&](const Statement& row) -> Result<void> {
            auto message = messageOf(row, 0);
            if (!message)
                return failure(std::move(message.error()));
            found->plan.edited = std::move(*message);
            return {};
        });
    }
    if (!done)
        return failure(std::move(done.error()));
    if (!found)
        return failure(ErrorKind::NotFound, QStringLiteral("Run %1 has no item %2.").arg(run).arg(number));
    return std::move(*found);
}

Result<void> JournalReader::addMessageIds(const QString& run, std::span<ItemRecord> items) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    for (ItemRecord& item : items) {
        if (!item.hasCopy)
            continue;
        properties_.bind(1, itemKey(*runNo, item.plan.number));
        auto done = eachRow(properties_, [&](const Statement& row) -> Result<void> {
            // A damaged copy is told of where it is used; here it is only a row without an id.
            if (const auto properties = decodeProperties(row.view(0)); properties && properties->messageId)
                item.messageId = QString::fromUtf8(*properties->messageId);
            return {};
        });
        if (!done)
            return done;
    }
    return {};
}

Result<Message> JournalReader::copy(const QString& run, qint64 number) {
    auto runNo = runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    std::optional<Message> found;
    bool fits = false;
    copy_.bind(1, itemKey(*runNo, number));
    auto done = eachRow(copy_, [&](const Statement& row) -> Result<void> {
        const Fingerprint stored = Fingerprint::fromBytes(row.view(0));
        auto message = messageOf(row, 1);
        if (!message)
            return failure(std::move(message.error()));
        fits = fingerprintOf(*message) == stored;
        found = std::move(*message);
        return {};
    });
    if (!done)
        return failure(std::move(done.error()));
    if (!found)
        return failure(
            ErrorKind::NotFound,
            QStringLiteral("There is no saved copy of message %1 of run %2; none was made, or its time of "
                           "keeping is over.")
                .arg(number)
                .arg(run));
    if (!fits)
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The saved copy of message %1 of run %2 is damaged: its bytes do not fit its "
                           "fingerprint. It is not used.")
                .arg(number)
                .arg(run));
    return std::move(*found);
}

} // namespace signalbox
