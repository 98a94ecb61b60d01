#include "app/cli/shapes.h"

#include "models/deadletters/snapshotbody.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace signalbox::shapes {

namespace {

QJsonValue known(double number) {
    return number < 0 ? QJsonValue() : QJsonValue(number);
}

QJsonArray list(const QStringList& words) {
    return QJsonArray::fromStringList(words);
}

QString utf8(const QByteArray& bytes) {
    return QString::fromUtf8(bytes);
}

} // namespace

QJsonValue known(qint64 number) {
    return number < 0 ? QJsonValue() : QJsonValue(number);
}

QJsonValue stamp(const QDateTime& time) {
    return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue();
}

QString time(const QDateTime& time) {
    return time.isValid() ? time.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) : QString();
}

QString evidenceWord(DeadLetterEvidence::Kind kind) {
    switch (kind) {
    case DeadLetterEvidence::Kind::Pinned:
        return QStringLiteral("pinned");
    case DeadLetterEvidence::Kind::Edge:
        return QStringLiteral("edge");
    case DeadLetterEvidence::Kind::Convention:
        return QStringLiteral("convention");
    case DeadLetterEvidence::Kind::Seen:
        return QStringLiteral("seen");
    case DeadLetterEvidence::Kind::Unpinned:
        return QStringLiteral("unpinned");
    case DeadLetterEvidence::Kind::None:
        break;
    }
    return QStringLiteral("none");
}

QString stepWord(TestStep::State state) {
    switch (state) {
    case TestStep::State::Passed:
        return QStringLiteral("passed");
    case TestStep::State::Warned:
        return QStringLiteral("warned");
    case TestStep::State::Failed:
        return QStringLiteral("failed");
    case TestStep::State::Skipped:
        break;
    }
    return QStringLiteral("skipped");
}

QJsonObject connection(const ConnectionProfile& profile, const std::optional<Elevation>& elevation) {
    const QJsonObject tls{{QStringLiteral("enabled"), profile.tls.enabled},
                          {QStringLiteral("caFile"), profile.tls.caFile},
                          {QStringLiteral("certificateFile"), profile.tls.certificateFile},
                          {QStringLiteral("keyFile"), profile.tls.keyFile},
                          {QStringLiteral("serverName"), profile.tls.serverName},
                          {QStringLiteral("verify"), profile.tls.verify}};
    return {{QStringLiteral("id"), profile.id},
            {QStringLiteral("name"), profile.name},
            {QStringLiteral("technology"), profile.technology},
            {QStringLiteral("environment"), environmentWord(profile.environment)},
            {QStringLiteral("host"), profile.host},
            {QStringLiteral("port"), profile.port},
            {QStringLiteral("virtualHost"), profile.virtualHost},
            {QStringLiteral("user"), profile.user},
            {QStringLiteral("tls"), tls},
            {QStringLiteral("managementUrl"), profile.managementUrl},
            {QStringLiteral("heartbeatSeconds"), profile.heartbeatSeconds},
            {QStringLiteral("elevatedUntil"), elevation ? stamp(elevation->until) : QJsonValue()}};
}

QJsonObject step(const TestStep& step) {
    return {{QStringLiteral("step"), step.name},
            {QStringLiteral("state"), stepWord(step.state)},
            {QStringLiteral("result"), step.result}};
}

QJsonObject queue(const DeadLetterQueue& entry) {
    const QueueInfo& info = entry.queue;
    QJsonValue edge;
    if (info.deadLetter)
        edge = QJsonObject{{QStringLiteral("exchange"), info.deadLetter->exchange},
                           {QStringLiteral("routingKey"), info.deadLetter->routingKey
                                                              ? QJsonValue(*info.deadLetter->routingKey)
                                                              : QJsonValue()},
                           {QStringLiteral("strategy"), info.deadLetter->strategy},
                           {QStringLiteral("from"), info.deadLetter->from}};
    const QJsonObject evidence{{QStringLiteral("kind"), evidenceWord(entry.evidence.kind)},
                               {QStringLiteral("text"), entry.evidence.text},
                               {QStringLiteral("sources"), list(entry.evidence.sources)}};
    return {{QStringLiteral("name"), info.ref.name},
            {QStringLiteral("virtualHost"), info.ref.space},
            {QStringLiteral("type"), queueTypeWord(info.type)},
            {QStringLiteral("state"), info.state},
            {QStringLiteral("ready"), known(info.ready)},
            {QStringLiteral("unacked"), known(info.unacked)},
            {QStringLiteral("consumers"), known(static_cast<qint64>(info.consumers))},
            {QStringLiteral("publishRate"), known(info.publishRate)},
            {QStringLiteral("deliverRate"), known(info.deliverRate)},
            {QStringLiteral("ackRate"), known(info.ackRate)},
            {QStringLiteral("durable"), info.durable},
            {QStringLiteral("exclusive"), info.exclusive},
            {QStringLiteral("singleActiveConsumer"), info.singleActiveConsumer},
            {QStringLiteral("deliveryLimit"), known(static_cast<qint64>(info.deliveryLimit))},
            {QStringLiteral("messageTtlMs"), known(info.messageTtlMs)},
            {QStringLiteral("policy"), info.policy},
            {QStringLiteral("deadLettersTo"), edge},
            {QStringLiteral("holdsDeadLetters"), entry.holdsDeadLetters()},
            {QStringLiteral("evidence"), evidence}};
}

QJsonObject session(const BusSession& session) {
    const QByteArray state = session.state.value_or(QByteArray());
    return {
        {QStringLiteral("session"), session.id},
        {QStringLiteral("hasMessages"), session.hasMessages},
        {QStringLiteral("stateKnown"), session.isStateTold},
        {QStringLiteral("stateSize"), known(session.state ? static_cast<qint64>(state.size()) : qint64{-1})},
        {QStringLiteral("state"),
         session.state ? QJsonValue(QString::fromLatin1(state.toBase64())) : QJsonValue()},
        {QStringLiteral("stateText"),
         session.state && looksLikeText(state) ? QJsonValue(QString::fromUtf8(state)) : QJsonValue()}};
}

QJsonObject row(const SnapshotRow& row) {
    QJsonObject object{
        {QStringLiteral("id"), row.id},
        {QStringLiteral("position"), row.position},
        {QStringLiteral("fingerprint"), QString::fromLatin1(row.fingerprint.toHex())},
        {QStringLiteral("occurrence"), row.occurrence},
        {QStringLiteral("exchange"), utf8(row.exchange)},
        {QStringLiteral("routingKey"), utf8(row.routingKey)},
        {QStringLiteral("messageId"), utf8(row.messageId)},
        {QStringLiteral("correlationId"), utf8(row.correlationId)},
        {QStringLiteral("contentType"), utf8(row.contentType)},
        {QStringLiteral("size"), row.size},
        {QStringLiteral("redelivered"), row.redelivered},
        {QStringLiteral("bodyComplete"), row.bodyComplete},
        {QStringLiteral("groupId"), row.groupId},
        {QStringLiteral("removedBy"), row.removedBy.isEmpty() ? QJsonValue() : QJsonValue(row.removedBy)}};
    QJsonObject death = facts(row.facts);
    death.remove(QStringLiteral("path"));
    death.remove(QStringLiteral("stackTrace"));
    for (auto it = death.constBegin(); it != death.constEnd(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

QJsonObject facts(const DeathFacts& facts) {
    QJsonArray path;
    for (const DeathHop& hop : facts.path)
        path.append(QJsonObject{{QStringLiteral("queue"), hop.queue},
                                {QStringLiteral("reason"), hop.reason},
                                {QStringLiteral("exchange"), hop.exchange},
                                {QStringLiteral("routingKeys"), list(hop.routingKeys)},
                                {QStringLiteral("time"), stamp(hop.time)},
                                {QStringLiteral("count"), hop.count},
                                {QStringLiteral("originalExpiration"), hop.originalExpiration}});
    return {{QStringLiteral("path"), path},
            {QStringLiteral("reason"), facts.reason},
            {QStringLiteral("originQueue"), facts.originQueue},
            {QStringLiteral("originExchange"), facts.originExchange},
            {QStringLiteral("originKeys"), list(facts.originKeys)},
            {QStringLiteral("originKnown"), facts.originKnown},
            {QStringLiteral("firstDeath"), stamp(facts.firstDeath)},
            {QStringLiteral("lastDeath"), stamp(facts.lastDeath)},
            {QStringLiteral("deaths"), facts.deaths},
            {QStringLiteral("exceptionType"), facts.exceptionType},
            {QStringLiteral("exceptionText"), facts.exceptionText},
            {QStringLiteral("stackTrace"), facts.stackTrace},
            {QStringLiteral("messageType"), facts.messageType},
            {QStringLiteral("framework"), facts.framework},
            {QStringLiteral("attempts"), facts.replayAttempts}};
}

QJsonObject group(const FailureGroup& group, const GroupNote& note) {
    return {{QStringLiteral("id"), group.id},
            {QStringLiteral("signature"), QString::fromLatin1(group.signature.toHex())},
            {QStringLiteral("title"), group.title},
            {QStringLiteral("reason"), group.reason},
            {QStringLiteral("exceptionType"), group.exceptionType},
            {QStringLiteral("messageType"), group.messageType},
            {QStringLiteral("origin"), group.origin},
            {QStringLiteral("count"), group.count},
            {QStringLiteral("firstSeen"), stamp(group.firstSeen)},
            {QStringLiteral("lastSeen"), stamp(group.lastSeen)},
            {QStringLiteral("state"), note.state},
            {QStringLiteral("owner"), note.owner},
            {QStringLiteral("note"), note.note}};
}

QJsonObject snapshot(const SnapshotInfo& info) {
    return {{QStringLiteral("id"), info.id},
            {QStringLiteral("queue"), info.source.name},
            {QStringLiteral("virtualHost"), info.source.space},
            {QStringLiteral("connection"), info.connectionName},
            {QStringLiteral("queueType"), info.queueType},
            {QStringLiteral("takenAt"), stamp(info.takenAt)},
            {QStringLiteral("count"), info.count},
            {QStringLiteral("bytes"), info.bytes},
            {QStringLiteral("whole"), info.whole},
            {QStringLiteral("bodiesKept"), info.bodiesKept},
            {QStringLiteral("endReason"), info.endReason}};
}

QJsonObject audit(const AuditRecord& record) {
    const QJsonDocument detail = QJsonDocument::fromJson(record.event.detail.toUtf8());
    return {{QStringLiteral("number"), record.number},
            {QStringLiteral("at"), stamp(record.at)},
            {QStringLiteral("actor"), record.event.actor},
            {QStringLiteral("action"), record.event.action},
            {QStringLiteral("connection"), record.event.connection},
            {QStringLiteral("subject"), record.event.subject},
            {QStringLiteral("reason"), record.event.reason},
            {QStringLiteral("outcome"), record.event.outcome},
            {QStringLiteral("detail"),
             detail.isObject() ? QJsonValue(detail.object()) : QJsonValue(record.event.detail)},
            {QStringLiteral("hash"), QString::fromLatin1(record.hash.toHex())}};
}

QJsonObject verdict(const AuditVerdict& verdict) {
    return {{QStringLiteral("whole"), verdict.whole},
            {QStringLiteral("records"), verdict.records},
            {QStringLiteral("firstBroken"),
             verdict.firstBroken > 0 ? QJsonValue(verdict.firstBroken) : QJsonValue()},
            {QStringLiteral("explanation"), verdict.explanation}};
}

} // namespace signalbox::shapes
