#include "app/store/snapshot/rowwriter.h"

#include "models/deadletters/snapshotcolumns.h"

#include <array>

namespace signalbox {

namespace {

int flagsOf(const PreparedEntry& entry, bool bodyKept) {
    const Message& message = entry.entry->message;
    const MessageProperties& p = message.properties;
    int flags = 0;
    const auto set = [&flags](bool is, int flag) { flags |= is ? flag : 0; };
    set(message.redelivered, flagRedelivered);
    set(message.bodyComplete && bodyKept, flagBodyComplete);
    set(entry.words.partial, flagWordsPartial);
    set(p.messageId && !QString::fromUtf8(*p.messageId).isEmpty(), flagHasMessageId);
    set(p.correlationId && !QString::fromUtf8(*p.correlationId).isEmpty(), flagHasCorrelationId);
    set(!entry.facts.exceptionText.isEmpty(), flagHasError);
    return flags;
}

// The parameter stays NULL, i.e. unknown, for an invalid time.
void bindTime(Statement& statement, int parameter, const QDateTime& time) {
    if (time.isValid())
        statement.bind(parameter, time.toMSecsSinceEpoch());
}

} // namespace

Result<void> RowWriter::prepare() {
    if (facts_.isValid())
        return {};
    auto facts = db_.prepare(
        "INSERT INTO facts(id, position, flags, group_id, reason, origin, exchange, routing_key, "
        "exception_type,"
        " message_type, framework, first_death, last_death, deaths, size, attempts, delivered_exchange,"
        " delivered_key, content_type, occurrence, fingerprint, message_id, correlation_id, error)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    auto content = db_.prepare("INSERT INTO content(id, properties, body, digest) VALUES(?, ?, ?, ?)");
    auto renewFacts = db_.prepare(
        "UPDATE facts SET position = ?2, flags = (flags & ~1) | ?3 WHERE id = ?1"); // 1: flagRedelivered
    auto renewProperties = db_.prepare("UPDATE content SET properties = ?2, digest = ?3 WHERE id = ?1");
    for (const auto* statement : {&facts, &content, &renewFacts, &renewProperties}) {
        if (!*statement)
            return failure(statement->error());
    }
    facts_ = std::move(*facts);
    content_ = std::move(*content);
    renewFacts_ = std::move(*renewFacts);
    renewProperties_ = std::move(*renewProperties);
    return {};
}

Result<void> RowWriter::insert(const PreparedEntry& entry, const Place& place, bool keepBody) {
    if (auto ready = prepare(); !ready)
        return ready;
    const Message& message = entry.entry->message;
    const DeathFacts& facts = entry.facts;
    const MessageProperties& p = message.properties;
    const std::array<QByteArray, 10> texts = {facts.reason.toUtf8(),
                                              facts.originQueue.toUtf8(),
                                              shownExchange(facts, message.exchange).toUtf8(),
                                              shownRoutingKey(facts, message.routingKey).toUtf8(),
                                              facts.exceptionType.toUtf8(),
                                              facts.messageType.toUtf8(),
                                              facts.framework.toUtf8(),
                                              message.exchange,
                                              message.routingKey,
                                              p.contentType.value_or(QByteArray())};
    constexpr std::array<int, 10> parameters = {5, 6, 7, 8, 9, 10, 11, 17, 18, 19};
    facts_.bind(1, place.id).bind(2, place.position).bind(3, flagsOf(entry, keepBody)).bind(4, place.groupId);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto id = terms_.idOf(texts.at(i));
        if (!id)
            return failure(id.error());
        facts_.bind(parameters.at(i), *id);
    }
    bindTime(facts_, 12, facts.firstDeath);
    bindTime(facts_, 13, facts.lastDeath);
    facts_.bind(14, facts.deaths).bind(15, message.bodySize).bind(16, facts.replayAttempts);
    const QByteArray error = facts.exceptionText.toUtf8();
    const QByteArray messageId = p.messageId.value_or(QByteArray());
    const QByteArray correlationId = p.correlationId.value_or(QByteArray());
    facts_.bind(20, place.occurrence)
        .bindBlob(21, QByteArrayView(reinterpret_cast<const char*>(entry.fingerprint.bytes.data()),
                                     static_cast<qsizetype>(entry.fingerprint.bytes.size())));
    facts_.bindText(22, messageId).bindText(23, correlationId).bindText(24, error);
    if (auto done = facts_.run(); !done)
        return done;
    content_.bind(1, place.id).bindBlob(2, entry.properties);
    if (keepBody)
        content_.bindBlob(3, message.body);
    else
        content_.bindBlob(4, entry.digest);
    return content_.run();
}

Result<void> RowWriter::renew(const PreparedEntry& entry, qint64 id, qint64 position, bool bodyKept) {
    if (auto ready = prepare(); !ready)
        return ready;
    const Message& message = entry.entry->message;
    renewFacts_.bind(1, id).bind(2, position).bind(3, message.redelivered ? flagRedelivered : 0);
    if (auto done = renewFacts_.run(); !done || !hasVolatileHeader(message))
        return done;
    renewProperties_.bind(1, id).bindBlob(2, entry.properties);
    if (!bodyKept)
        renewProperties_.bindBlob(3, entry.digest);
    return renewProperties_.run();
}

Result<qint64> RowWriter::find(const Fingerprint& fingerprint, int occurrence) {
    if (!find_.isValid()) {
        auto find = db_.prepare("SELECT id FROM facts WHERE fingerprint = ? AND occurrence = ?");
        if (!find)
            return failure(find.error());
        find_ = std::move(*find);
    }
    const QByteArray bytes = fingerprint.toBytes();
    find_.bindBlob(1, bytes).bind(2, occurrence);
    const auto row = find_.step();
    if (!row)
        return failure(row.error());
    const qint64 id = *row ? find_.int64(0) : 0;
    find_.reset();
    return id;
}

} // namespace signalbox
