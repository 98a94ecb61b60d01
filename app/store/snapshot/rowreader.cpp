#include "app/store/snapshot/rowreader.h"

#include "models/messaging/messagecodec.h"

#include <array>

namespace signalbox {

Result<void> RowReader::prepare() {
    if (facts_.isValid())
        return {};
    auto facts = db_.prepare(
        "SELECT id, position, flags, group_id, reason, origin, exchange, routing_key, exception_type, "
        "message_type,"
        " framework, first_death, last_death, deaths, size, attempts, delivered_exchange, delivered_key,"
        " content_type, occurrence, fingerprint, message_id, correlation_id, error FROM facts WHERE id = ?");
    auto texts = db_.prepare("SELECT message_id, correlation_id, error FROM facts WHERE id = ?");
    auto properties = db_.prepare("SELECT properties, digest FROM content WHERE id = ?");
    auto content = db_.prepare("SELECT properties, digest, body FROM content WHERE id = ?");
    for (const auto* statement : {&texts, &facts, &properties, &content}) {
        if (!*statement)
            return failure(statement->error());
    }
    texts_ = std::move(*texts);
    facts_ = std::move(*facts);
    properties_ = std::move(*properties);
    content_ = std::move(*content);
    return {};
}

Result<void> RowReader::readFacts(StoredMessage& out) {
    const Statement& q = facts_;
    SnapshotRow& row = out.row;
    row.id = q.int64(0);
    row.position = q.int64(1);
    const int flags = q.integer(2);
    row.redelivered = (flags & flagRedelivered) != 0;
    row.bodyComplete = (flags & flagBodyComplete) != 0;
    row.groupId = q.int64(3);
    std::array<QByteArray, 10> terms;
    for (int i = 0; i < 10; ++i) {
        const auto text = terms_.text(q.int64(i < 7 ? 4 + i : 16 + i - 7));
        if (!text)
            return failure(text.error());
        terms.at(static_cast<std::size_t>(i)) = *text;
    }
    DeathFacts& facts = row.facts;
    facts.reason = QString::fromUtf8(terms[0]);
    facts.originQueue = QString::fromUtf8(terms[1]);
    // Columns keep what the table shows; with originKnown the shown exchange and key are the origin's.
    facts.originKnown = true;
    facts.originExchange = QString::fromUtf8(terms[2]);
    facts.originKeys = {QString::fromUtf8(terms[3])};
    facts.exceptionType = QString::fromUtf8(terms[4]);
    facts.messageType = QString::fromUtf8(terms[5]);
    facts.framework = QString::fromUtf8(terms[6]);
    facts.firstDeath = q.utcTime(11);
    facts.lastDeath = q.utcTime(12);
    facts.deaths = q.int64(13);
    row.size = q.int64(14);
    facts.replayAttempts = q.int64(15);
    row.exchange = terms[7];
    row.routingKey = terms[8];
    row.contentType = terms[9];
    row.occurrence = q.integer(19);
    row.fingerprint = Fingerprint::fromBytes(q.view(20));
    row.messageId = q.bytes(21);
    row.correlationId = q.bytes(22);
    facts.exceptionText = q.text(23);
    Message& message = out.message;
    message.exchange = row.exchange;
    message.routingKey = row.routingKey;
    message.redelivered = row.redelivered;
    message.bodyComplete = row.bodyComplete;
    message.bodySize = row.size;
    message.properties.messageId = row.messageId;
    message.properties.correlationId = row.correlationId;
    return {};
}

Result<void> RowReader::readContent(StoredMessage& out, bool body) {
    Statement& q = body ? content_ : properties_;
    q.bind(1, out.row.id);
    const auto row = q.step();
    if (!row)
        return failure(row.error());
    if (!*row) {
        q.reset();
        return failure(ErrorKind::Corrupt, QStringLiteral("The snapshot has lost the message at position %1. "
                                                          "Read the queue again.")
                                               .arg(out.row.position));
    }
    auto properties = decodeProperties(q.view(0));
    out.digest = q.bytes(1);
    if (body) {
        out.bodyKept = !q.isNull(2);
        out.message.body = q.bytes(2);
    }
    q.reset();
    if (!properties)
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The message at position %1 of the snapshot is damaged. Read the queue again.")
                .arg(out.row.position),
            properties.error().summary);
    out.message.properties = std::move(*properties);
    return {};
}

Result<StoredMessage> RowReader::readTexts(qint64 id) {
    StoredMessage out;
    texts_.bind(1, id);
    const auto row = texts_.step();
    if (!row)
        return failure(row.error());
    if (*row) {
        out.message.properties.messageId = texts_.bytes(0);
        out.message.properties.correlationId = texts_.bytes(1);
        out.row.facts.exceptionText = texts_.text(2);
    }
    texts_.reset();
    return out;
}

Result<StoredMessage> RowReader::read(qint64 id, What what) {
    if (auto ready = prepare(); !ready)
        return failure(ready.error());
    if (what == What::Texts)
        return readTexts(id);
    facts_.bind(1, id);
    const auto row = facts_.step();
    if (!row)
        return failure(row.error());
    StoredMessage out;
    if (!*row) {
        facts_.reset();
        return failure(ErrorKind::NotFound, QStringLiteral("This message is no longer in the snapshot."));
    }
    auto done = readFacts(out);
    facts_.reset();
    if (done && what != What::Facts)
        done = readContent(out, what == What::Content);
    if (!done)
        return failure(done.error());
    return out;
}

void RowReader::release() {
    for (Statement* statement : {&texts_, &facts_, &properties_, &content_}) {
        if (statement->isValid())
            statement->reset();
    }
}

} // namespace signalbox
