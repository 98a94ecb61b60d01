#include "app/store/journalplanner.h"

#include "models/messaging/messagecodec.h"

#include <QRegularExpression>

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype mostRoutesInMemory = 20000;

PlanRoute routeOf(const PlanItem& item) {
    return {item.exchange, item.routingKey, item.receivers, item.receiversKnown, item.changes, item.note};
}

} // namespace

Result<void> JournalPlanner::prepareAll() {
    if (insertRoute_.isValid())
        return {};
    const std::pair<Statement*, const char*> all[] = {
        {&insertEdited_,
         "INSERT INTO replay_edited (item_key, exchange, routing_key, redelivered, body_complete, "
         "body_size, properties, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
        {&insertIdentity_, "INSERT INTO replay_identity (fingerprint, item_key) VALUES (?, ?)"},
        {&restoredBy_, "SELECT i.state, r.state, r.created_ms FROM replay_restore t "
                       "JOIN replay_item i ON i.item_key = t.item_key "
                       "JOIN replay_run r ON r.run_no = i.item_key / 4294967296 WHERE t.copy_key = ?"},
        {&copyOver_,
         "INSERT INTO replay_copy (item_key, exchange, routing_key, redelivered, body_complete, "
         "body_size, properties, body) SELECT ?, exchange, routing_key, redelivered, body_complete, "
         "body_size, properties, body FROM replay_copy WHERE item_key = ?"},
        {&noteRestore_, "INSERT INTO replay_restore (copy_key, item_key) VALUES (?, ?) "
                        "ON CONFLICT (copy_key) DO UPDATE SET item_key = excluded.item_key"},
        {&insertRoute_,
         "INSERT INTO replay_route (route_no, exchange, routing_key, receivers, receivers_known, "
         "changes, note) VALUES (?, ?, ?, ?, ?, ?, ?)"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = writer_.db().prepare(sql);
        if (!prepared)
            return failure(std::move(prepared.error()));
        *statement = std::move(*prepared);
    }
    return {};
}

Result<void> JournalPlanner::createRun(const RunHeader& header) {
    // The id names the lease's file, so it is kept to harmless characters.
    static const QRegularExpression harmless(QStringLiteral("^[A-Za-z0-9_-]{1,64}$"));
    if (!harmless.match(header.id).hasMatch())
        return failure(ErrorKind::Invalid,
                       QStringLiteral("\"%1\" cannot be the id of a run.").arg(header.id));
    Database& db = writer_.db();
    auto transaction = Transaction::begin(db);
    if (!transaction)
        return failure(std::move(transaction.error()));
    auto last = db.number("SELECT COALESCE(MAX(run_no), 0) FROM replay_run");
    if (!last)
        return failure(std::move(last.error()));
    const QByteArray options = toJson(header.options);
    auto insert =
        db.prepare(QByteArray("INSERT INTO replay_run (") + runColumns +
                   ", source_address) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, '', ?8, ?9, ?10, ?11, ?12, "
                   "?13, ?14, ?15, "
                   "?16, ?17, 0, COALESCE((SELECT address FROM connection_address WHERE id = ?8), ''))");
    if (!insert)
        return failure(std::move(insert.error()));
    insert->bind(1, *last + 1)
        .bind(2, header.id)
        .bind(3, runKindWord(header.kind))
        .bind(4, runStateWord(RunState::Planned))
        .bind(5, header.actor)
        .bind(6, header.reason)
        .bind(7, header.createdAt.isValid() ? toMs(header.createdAt) : writer_.nowMs())
        .bind(8, header.source.connectionId)
        .bind(9, header.source.space)
        .bind(10, header.source.name)
        .bind(11, header.connectionName)
        .bind(12, header.destination)
        .bindText(13, options)
        .bind(14, header.sourceIsStream)
        .bind(15, header.parentRun)
        .bind(16, header.deliveryLimit)
        .bind(17, header.deliveriesBefore);
    if (auto done = insert->run(); !done) {
        if (done.error().kind == ErrorKind::Conflict)
            done.error().summary = QStringLiteral("The replay journal has a run %1 already.").arg(header.id);
        return done;
    }
    return transaction->commit();
}

Result<void> JournalPlanner::addItems(const QString& run, std::span<const PlanItem> items,
                                      std::span<const Message> messages) {
    if (!messages.empty() && messages.size() != items.size())
        return failure(ErrorKind::Internal, QStringLiteral("Items and messages to save do not match."));
    Database& db = writer_.db();
    auto runNo = writer_.runNumber(run);
    if (!runNo)
        return failure(std::move(runNo.error()));
    if (auto done = prepareAll(); !done)
        return done;
    auto transaction = Transaction::begin(db);
    if (!transaction)
        return failure(std::move(transaction.error()));
    JournalWriter::CountChange change;
    Result<void> done;
    for (std::size_t i = 0; i < items.size() && done; ++i)
        done = addItem(*runNo, items[i], messages.empty() ? nullptr : &messages[i], change);
    if (done)
        done = writer_.applyCounts(*runNo, change);
    if (done)
        done = transaction->commit();
    if (!done)
        forgetRoutes(); // what was new among them is gone with the transaction
    return done;
}

Result<void> JournalPlanner::addItem(qint64 runNo, const PlanItem& item, const Message* message,
                                     JournalWriter::CountChange& change) {
    if (item.number < 1 || item.number >= itemsPerRun)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("%1 is not the number of an item.").arg(item.number));
    auto route = routeNumber(routeOf(item));
    if (!route)
        return failure(std::move(route.error()));
    const bool refused = item.refusal != Refusal::None;
    JournalWriter::ItemRow row;
    row.key = itemKey(runNo, item.number);
    row.state = refused ? ItemState::Refused : message ? ItemState::Saved : ItemState::Planned;
    row.hasCopy = message != nullptr;
    row.fingerprint = item.fingerprint;
    if (message && item.fingerprint == Fingerprint{})
        row.fingerprint = fingerprintOf(*message);
    row.occurrence = item.occurrence;
    row.twins = item.twins;
    row.snapshotId = item.snapshotId;
    row.position = item.position;
    row.session = item.session;
    row.refusal = refused ? refusalWord(item.refusal) : QString();
    row.route = *route;
    if (auto done = writer_.insertItem(row, change); !done) {
        if (done.error().kind == ErrorKind::Conflict)
            done.error().summary = QStringLiteral("The run has an item %1 already.").arg(item.number);
        return done;
    }
    if (message) {
        if (auto done = writer_.putCopy(row.key, *message, {}); !done)
            return done;
    } else if (!refused) {
        if (auto done = insertIdentity_.bindAll(item.fingerprint.toBytes(), row.key).run(); !done)
            return done;
    }
    if (!item.edited)
        return {};
    const QByteArray properties = encodeProperties(item.edited->properties);
    insertEdited_.bind(1, row.key);
    bindMessage(insertEdited_, 2, *item.edited, properties);
    return insertEdited_.run();
}

Result<qint64> JournalPlanner::routeNumber(const PlanRoute& route) {
    if (lastRouteNo_ != 0 && route == lastRoute_)
        return lastRouteNo_;
    const QString receivers = toJsonList(route.receivers);
    const QString changes = toJsonList(route.changes);
    QByteArray content;
    for (const QByteArray& part : {route.exchange, route.routingKey, receivers.toUtf8(), changes.toUtf8(),
                                   route.note.toUtf8(), QByteArray(route.receiversKnown ? "1" : "0")})
        content += QByteArray::number(part.size()) + ':' + part;
    if (const auto known = routes_.constFind(content); known != routes_.constEnd()) {
        lastRoute_ = route;
        return lastRouteNo_ = *known;
    }
    auto last = writer_.db().number("SELECT COALESCE(MAX(route_no), 0) FROM replay_route");
    if (!last)
        return failure(std::move(last.error()));
    const qint64 number = *last + 1;
    insertRoute_.bind(1, number)
        .bindBlob(2, route.exchange)
        .bindBlob(3, route.routingKey)
        .bind(4, receivers)
        .bind(5, route.receiversKnown)
        .bind(6, changes)
        .bind(7, route.note);
    if (auto done = insertRoute_.run(); !done)
        return failure(std::move(done.error()));
    if (routes_.size() >= mostRoutesInMemory)
        routes_.clear();
    routes_.insert(content, number);
    lastRoute_ = route;
    return lastRouteNo_ = number;
}

void JournalPlanner::forgetRoutes() {
    routes_.clear();
    lastRouteNo_ = 0;
}

} // namespace signalbox
