#include "models/replay/busplan.h"

#include "models/messaging/amqp10.h"
#include "models/replay/outgoing.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr qint64 shortestBusLifeMs = 60'000; // a dead letter that expired must not do so again at once
constexpr qint64 clocksDifferMs = 300'000;   // at most, this machine's and the service's
constexpr qsizetype longestBusId = 128;
constexpr qsizetype longestBusProperty = 32 * 1024;
constexpr qint64 longestBusHeaders = 64 * 1024; // all but the body; beyond it a message is dead-lettered

bool refused(PlanItem& item, Refusal refusal, const QString& note) {
    item.refusal = refusal;
    item.note = note;
    return true;
}

bool isScalar(const HeaderValue& value) {
    return value.kind != ValueKind::Decimal && !value.asArray() && !value.asTable();
}

QString unsendableProperty(const HeaderTable& properties) {
    for (const Header& header : properties) {
        const QString name = QString::fromUtf8(header.name.left(40));
        if (!isScalar(header.value))
            return QStringLiteral("the application property \"%1\" is no single value of AMQP 1.0").arg(name);
        if (const QByteArray* bytes = header.value.asBytes(); bytes && bytes->size() > longestBusProperty)
            return QStringLiteral("the application property \"%1\" is longer than 32 KB").arg(name);
    }
    return {};
}

// -1: none of its own.
qint64 ownLifeMs(const Message& message) {
    return message.properties.expiration ? message.properties.expiration->toLongLong() : -1;
}

QString receiverNames(const std::vector<BusReceiver>& receivers) {
    QStringList names;
    for (const BusReceiver& receiver : receivers)
        names << (receiver.copies == 1
                      ? receiver.entity
                      : QStringLiteral("%1 (%2 copies)").arg(receiver.entity).arg(receiver.copies));
    return names.join(QStringLiteral(", "));
}

} // namespace

BusPlan::BusPlan(const PlanContext& context)
    : context_(context)
    , topology_(*context.routing.bus)
    , map_(topology_) {}

bool BusPlan::refuses(PlanItem& item, const ReplayPlan& plan, const PlanInput& input, const Message& out) {
    route_ = {};
    if (!out.properties.amqp10)
        return refused(item, Refusal::Unparsable,
                       QStringLiteral("it came by AMQP 0-9-1, and is not sent to Service Bus"));
    if (const QString why = unsendableByServiceBus(out); !why.isEmpty())
        return refused(item, Refusal::Unparsable, why);
    if (const qint64 life = ownLifeMs(out); life >= 0 && life < shortestBusLifeMs)
        return refused(item, Refusal::WouldExpireAtOnce,
                       QStringLiteral("it would expire after %1").arg(lifeText(life)));
    const qint64 size = topology_.encodedSize ? topology_.encodedSize(out) : -1;
    if (const qint64 headers = size - out.body.size(); headers > longestBusHeaders)
        return refused(item, Refusal::TooLarge,
                       QStringLiteral("%1 bytes besides the body, the service takes %2")
                           .arg(headers)
                           .arg(longestBusHeaders));
    const QString address = QString::fromUtf8(out.routingKey);
    const QString wanted = busTarget(input.message, plan.options);
    const QString only =
        !topicOf(wanted).isEmpty() && plan.options.destination.kind != ReplayDestination::Kind::OriginExchange
            ? wanted
            : QString();
    if (isSameEntity(address, context_.source.name))
        return refused(item, Refusal::SameQueue, {});
    if (!context_.routing.known)
        return !only.isEmpty() &&
               refused(item, Refusal::OtherReceivers,
                       QStringLiteral("which subscriptions of %1 take it is not known here").arg(address));
    route_ = busRoute(map_, filters_, address, out);
    if (refusesRoute(item, address) || (!only.isEmpty() && refusesOthers(item, only)) ||
        refusesReceiver(item, out, size))
        return true;
    note(item, out);
    return false;
}

bool BusPlan::refusesRoute(PlanItem& item, const QString& address) const {
    switch (route_.trouble) {
    case BusRoute::Trouble::Missing:
        return isSubQueue(address)
                   ? refused(item, Refusal::TakesNothing, address)
                   : refused(item, Refusal::TargetMissing, QStringLiteral("there is no %1").arg(address));
    case BusRoute::Trouble::NoTarget:
        return refused(item, Refusal::TakesNothing, address);
    case BusRoute::Trouble::Disabled:
        return refused(item, Refusal::TargetDisabled, address);
    case BusRoute::Trouble::None:
        break;
    }
    for (const BusReceiver& receiver : route_.receivers)
        item.receivers << receiver.entity;
    item.receiversKnown = route_.possible.empty();
    if (!route_.receivers.empty() || !route_.possible.empty())
        return item.receivers == QStringList{context_.source.name} && item.receiversKnown &&
               refused(item, Refusal::SameQueue, {});
    QStringList why;
    for (const BusStop& stop : route_.stops)
        why << stop.reason;
    return refused(item, Refusal::Unroutable,
                   why.isEmpty() ? QStringLiteral("no subscription of %1 takes it").arg(address)
                                 : why.join(QStringLiteral("; ")));
}

// One copy, and for that subscription: nobody else may get any.
bool BusPlan::refusesOthers(PlanItem& item, const QString& subscription) const {
    QStringList others;
    qint64 copies = 0;
    for (const BusReceiver& receiver : route_.first) {
        if (isSameEntity(receiver.entity, subscription))
            copies = receiver.copies;
        else
            others << receiver.entity;
    }
    QStringList perhaps = route_.firstPossible;
    const bool isPerhaps = perhaps.contains(subscription, Qt::CaseInsensitive);
    perhaps.erase(std::remove_if(perhaps.begin(), perhaps.end(),
                                 [&](const QString& name) {
                                     return isSameEntity(name, subscription) || others.contains(name);
                                 }),
                  perhaps.end());
    QStringList why;
    if (!others.isEmpty())
        why << QStringLiteral("also for %1").arg(others.join(QStringLiteral(", ")));
    if (!perhaps.isEmpty())
        why << QStringLiteral("perhaps also for %1").arg(perhaps.join(QStringLiteral(", ")));
    if (copies > 1)
        why << QStringLiteral("%1 copies for %2").arg(copies).arg(subscription);
    if (isPerhaps)
        why << QStringLiteral("how many copies %1 takes is not known").arg(subscription);
    else if (copies == 0)
        return refused(
            item, why.isEmpty() ? Refusal::Unroutable : Refusal::OtherReceivers,
            (why << QStringLiteral("no rule of %1 takes it").arg(subscription)).join(QStringLiteral("; ")));
    return !why.isEmpty() && refused(item, Refusal::OtherReceivers, why.join(QStringLiteral("; ")));
}

bool BusPlan::refusesReceiver(PlanItem& item, const Message& out, qint64 size) const {
    const bool hasSession = amqp10::find(out, amqp10::groupId) != nullptr;
    for (const BusPass& pass : route_.passes) {
        if (!pass.isSure)
            continue;
        const BusEntity& entity = *pass.entity;
        if (entity.requiresSession && !hasSession)
            return refused(item, Refusal::SessionMissing,
                           QStringLiteral("%1 requires sessions").arg(entity.path));
        if (entity.maxMessageBytes >= 0 && size > entity.maxMessageBytes)
            return refused(item, Refusal::TooLarge,
                           QStringLiteral("%1 bytes, %2 takes %3")
                               .arg(size)
                               .arg(entity.path)
                               .arg(entity.maxMessageBytes));
    }
    return false;
}

void BusPlan::note(PlanItem& item, const Message& out) const {
    QStringList notes;
    if (!route_.possible.empty())
        notes << QStringLiteral("perhaps also for %1").arg(receiverNames(route_.possible));
    for (const BusReceiver& receiver : route_.receivers) {
        if (receiver.copies > 1)
            notes << QStringLiteral("%1 copies for %2").arg(receiver.copies).arg(receiver.entity);
    }
    qint64 life = ownLifeMs(out);
    for (const BusPass& pass : route_.passes) {
        if (life >= 0 && pass.isSure && pass.entity->timeToLiveMs >= 0)
            life = std::min(life, pass.entity->timeToLiveMs);
    }
    if (life >= 0)
        notes << QStringLiteral("expires %1 after it is enqueued").arg(lifeText(life));
    item.note = notes.join(QStringLiteral("; "));
}

bool BusPlan::refusesDuplicate(PlanItem& item, const ReplayPlan& plan, const PlanInput& input,
                               const Message& out, const JournalMemory& memory) const {
    if (plan.options.messageId == KeepOrStrip::Strip || !out.properties.messageId)
        return false;
    const bool isKnownId = out.properties.messageId == input.message.properties.messageId; // not by an edit
    const auto replayed = memory.replayedBefore.find(item.fingerprint);
    const bool wasReplayed = replayed != memory.replayedBefore.end() && replayed->second > 0;
    const QDateTime sent = amqp10::time(amqp10::annotation(input.message, "x-opt-enqueued-time"));
    for (const BusPass& pass : route_.passes) {
        const BusEntity& entity = *pass.entity;
        if (!pass.isSure || !entity.detectsDuplicates)
            continue;
        const QString window =
            QStringLiteral("%1 knows ids for %2").arg(entity.path, lifeText(entity.duplicateWindowMs));
        if (plan.busIds.contains(duplicateKey(entity, out)))
            return refused(item, Refusal::WouldBeDropped,
                           QStringLiteral("this run sends the id %1 already; %2")
                               .arg(QString::fromUtf8(out.properties.messageId->left(60)), window));
        if (!isKnownId)
            continue;
        if (wasReplayed)
            return refused(item, Refusal::WouldBeDropped,
                           QStringLiteral("it was replayed before, nobody knows when; %1").arg(window));
        if (!sent.isValid())
            return refused(item, Refusal::WouldBeDropped,
                           QStringLiteral("when it was sent is not known; %1").arg(window));
        const QDateTime safe = sent.addMSecs(entity.duplicateWindowMs + clocksDifferMs);
        if (context_.now < safe)
            return refused(
                item, Refusal::WouldBeDropped,
                QStringLiteral("sent at %1; %2; may be sent again after %3, five minutes for clocks included")
                    .arg(sent.toUTC().toString(Qt::ISODate), window, safe.toUTC().toString(Qt::ISODate)));
    }
    return false;
}

void BusPlan::take(ReplayPlan& plan, const PlanItem& item, const PlanInput& input, const Message& out) const {
    for (const BusReceiver& receiver : route_.receivers)
        plan.receivers[receiver.entity] += receiver.copies;
    for (const BusPass& pass : route_.passes) {
        if (pass.entity->detectsDuplicates && out.properties.messageId)
            plan.busIds.insert(duplicateKey(*pass.entity, out));
    }
    warn(plan, item, input, out);
}

QString unsendableByServiceBus(const Message& out) {
    const MessageProperties& properties = out.properties;
    if (properties.messageId && properties.messageId->size() > longestBusId)
        return QStringLiteral("its message id is longer than 128 bytes");
    const QString session = amqp10::text(amqp10::find(out, amqp10::groupId));
    const QString partition = amqp10::text(amqp10::annotation(out, "x-opt-partition-key"));
    if (session.size() > longestBusId)
        return QStringLiteral("its session id is longer than 128 letters");
    if (partition.size() > longestBusId)
        return QStringLiteral("its partition key is longer than 128 letters");
    if (!session.isEmpty() && !partition.isEmpty() && session != partition)
        return QStringLiteral("its partition key \"%1\" is not its session id \"%2\"")
            .arg(partition, session);
    if (properties.expiration) {
        bool isNumber = false;
        properties.expiration->toULongLong(&isNumber);
        if (!isNumber)
            return QStringLiteral("its time to live \"%1\" is not a number of milliseconds")
                .arg(QString::fromUtf8(properties.expiration->left(40)));
    }
    return properties.headers ? unsendableProperty(*properties.headers) : QString();
}

QString duplicateKey(const BusEntity& entity, const Message& message) {
    QString key = entity.path.toLower() + QChar(0) +
                  QString::fromUtf8(message.properties.messageId.value_or(QByteArray()));
    if (entity.partitioned) {
        const HeaderValue* session = amqp10::find(message, amqp10::groupId);
        key +=
            QChar(0) + amqp10::text(session ? session : amqp10::annotation(message, "x-opt-partition-key"));
    }
    return key;
}

QString lifeText(qint64 milliseconds) {
    const auto two = [](qint64 whole, const char* big, qint64 rest, const char* small) {
        QString text = QStringLiteral("%1 %2").arg(whole).arg(QLatin1StringView(big));
        if (rest > 0)
            text += QStringLiteral(" %1 %2").arg(rest).arg(QLatin1StringView(small));
        return text;
    };
    const qint64 seconds = milliseconds / 1000;
    if (milliseconds < 1000)
        return QStringLiteral("%1 ms").arg(milliseconds);
    if (seconds < 60)
        return QStringLiteral("%1 s").arg(seconds);
    if (seconds < 3600)
        return two(seconds / 60, "min", seconds % 60, "s");
    if (seconds < 86400)
        return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    return two(seconds / 86400, "d", seconds % 86400 / 3600, "h");
}

} // namespace signalbox
