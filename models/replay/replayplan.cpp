#include "models/replay/replayplan.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/deliverycount.h"
#include "models/messaging/sendable.h"

#include "models/replay/busplan.h"
#include "models/replay/outgoing.h"
#include "models/replay/planwarnings.h"

#include <QHash>

namespace signalbox {
namespace {

constexpr qint64 shortestLifeMs = 1000; // below this a message cannot be consumed before it dies again
constexpr qsizetype longestShortString = 255;

// A plan asks for the same few routes again and again. Bindings of headers exchanges look at each message.
class Routes {
public:
    explicit Routes(const RoutingTable& table)
        : table_(table) {
        for (const BindingInfo& binding : table.bindings) {
            for (const ExchangeInfo& exchange : table.exchanges)
                byHeaders_ |= exchange.name == binding.source && exchange.type == QLatin1String("headers");
        }
    }

    RouteResult find(const Message& message) {
        QStringList keys{QString::fromUtf8(message.routingKey)};
        if (const HeaderValue* carbon = message.header("CC"); carbon && carbon->asArray()) {
            for (const HeaderValue& key : *carbon->asArray()) {
                if (const QByteArray* bytes = key.asBytes())
                    keys << QString::fromUtf8(*bytes);
            }
        }
        const QString exchange = QString::fromUtf8(message.exchange);
        static const HeaderTable none;
        const HeaderTable& headers = message.properties.headers ? *message.properties.headers : none;
        if (byHeaders_)
            return route(table_, exchange, keys, headers);
        const QString name = exchange + QChar(0) + keys.join(QChar(0));
        auto found = known_.find(name);
        if (found == known_.end())
            found = known_.insert(name, route(table_, exchange, keys, headers));
        return *found;
    }

    bool isInternal(const QByteArray& exchange) const {
        const QString name = QString::fromUtf8(exchange);
        for (const ExchangeInfo& info : table_.exchanges) {
            if (info.name == name)
                return info.internal;
        }
        return false;
    }

private:
    const RoutingTable& table_;
    QHash<QString, RouteResult> known_;
    bool byHeaders_ = false;
};

void refuse(PlanItem& item, Refusal refusal, const QString& note = {}) {
    item.refusal = refusal;
    item.note = note;
}

// What the broker would answer with a closed channel.
QString unsendable(const Message& out) {
    if (out.exchange.size() > longestShortString || out.routingKey.size() > longestShortString)
        return QStringLiteral("exchange or routing key is longer than 255 bytes");
    if (out.properties.expiration) {
        bool number = false;
        const qlonglong ms = out.properties.expiration->toLongLong(&number);
        if (!number || ms < 0)
            return QStringLiteral("expiration \"%1\" is not a number of milliseconds")
                .arg(QString::fromUtf8(out.properties.expiration->left(40)));
    }
    if (const auto why = unsendableByAmqp091(out.properties))
        return *why;
    if (out.properties.headers) {
        for (const Header& header : *out.properties.headers) {
            if (header.name.size() > longestShortString)
                return QStringLiteral("a header's name is longer than 255 bytes");
        }
    }
    return {};
}

bool refuseCut(PlanItem& item, const PlanInput& input) {
    if (input.message.bodyComplete && (!input.edited || input.edited->bodyComplete))
        return false;
    const bool none = input.message.body.isEmpty() && input.message.bodySize > 0;
    refuse(item, none ? Refusal::BodyNotKept : Refusal::BodyCut,
           QStringLiteral("%1 of %2 bytes").arg(input.message.body.size()).arg(input.message.bodySize));
    return true;
}

bool refuseByContent(PlanItem& item, const Message& out, const PlanContext& context) {
    if (out.properties.userId && QString::fromUtf8(*out.properties.userId) != context.connectionUser) {
        refuse(item, Refusal::UserIdMismatch,
               QStringLiteral("user-id %1, connected as %2")
                   .arg(QString::fromUtf8(*out.properties.userId), context.connectionUser));
        return true;
    }
    if (const QString why = unsendable(out); !why.isEmpty()) {
        refuse(item, Refusal::Unparsable, why);
        return true;
    }
    if (out.properties.expiration && out.properties.expiration->toLongLong() < shortestLifeMs) {
        refuse(item, Refusal::WouldExpireAtOnce,
               QStringLiteral("expiration %1 ms").arg(QString::fromUtf8(*out.properties.expiration)));
        return true;
    }
    return false;
}

// Fills the receivers; true when the destination is refused.
bool refuseByRoute(PlanItem& item, const Message& out, const PlanContext& context, Routes& routes) {
    const bool toSource = out.exchange.isEmpty() && QString::fromUtf8(out.routingKey) == context.source.name;
    if (!context.routing.known) {
        // The default exchange needs no bindings to be known: the queue's name is the key.
        if (toSource)
            refuse(item, Refusal::SameQueue);
        return toSource;
    }
    const RouteResult result = routes.find(out);
    item.receivers = result.queues;
    item.receiversKnown = !result.unknownType;
    if (!result.exchangeExists) {
        refuse(item, Refusal::UnknownExchange, QString::fromUtf8(out.exchange));
        return true;
    }
    if (routes.isInternal(out.exchange)) {
        refuse(item, Refusal::Unroutable,
               QStringLiteral("exchange %1 is internal: clients may not publish to it")
                   .arg(QString::fromUtf8(out.exchange)));
        return true;
    }
    if (result.queues.isEmpty() && !result.unknownType) {
        refuse(item, Refusal::Unroutable,
               out.exchange.isEmpty()
                   ? QStringLiteral("there is no queue %1").arg(QString::fromUtf8(out.routingKey))
                   : QStringLiteral("exchange %1, key %2")
                         .arg(QString::fromUtf8(out.exchange), QString::fromUtf8(out.routingKey)));
        return true;
    }
    if (toSource || (result.queues.size() == 1 && result.queues.front() == context.source.name)) {
        refuse(item, Refusal::SameQueue);
        return true;
    }
    if (result.viaAlternate)
        item.note = QStringLiteral("reaches its queues by an alternate exchange");
    return false;
}

// How many equal messages runs have removed since the reading, and how many of these are not back; `run`: the
// last of them.
struct RemovedSince {
    int all = 0;
    int stillGone = 0;
    QString run;
};

RemovedSince removedSince(const Fingerprint& fingerprint, const JournalMemory& memory,
                          const QDateTime& readAt) {
    RemovedSince since;
    const auto removed = memory.removed.find(fingerprint);
    if (removed == memory.removed.end() || !readAt.isValid())
        return since;
    for (const JournalMemory::Removal& removal : removed->second) {
        if (removal.at < readAt)
            continue;
        ++since.all;
        since.stillGone += removal.restored ? 0 : 1;
        since.run = removal.run;
    }
    return since;
}

bool refuseRemoved(PlanItem& item, const JournalMemory& memory, const QDateTime& readAt) {
    const RemovedSince since = removedSince(item.fingerprint, memory, readAt);
    if (item.occurrence >= since.all)
        return false;
    refuse(item, Refusal::AlreadyRemoved, QStringLiteral("run %1").arg(since.run));
    return true;
}

// A deferred message is taken by its number, and a scheduled one can only be cancelled: nobody can hold it
// while it is sent somewhere else.
bool refuseScheduled(PlanItem& item, RunKind kind) {
    if (item.state != amqp10::State::Scheduled || kind == RunKind::Delete)
        return false;
    refuse(item, Refusal::NotActive, QStringLiteral("scheduled"));
    return true;
}

void warnOnce(ReplayPlan& plan, const QString& text) {
    if (!plan.warnings.contains(text))
        plan.warnings << text;
}

// The item is part of the run: what reaching it by its number means.
void takeByNumber(ReplayPlan& plan, PlanItem& item, RunKind kind, const Message& message) {
    QString note = QStringLiteral("deferred");
    if (item.state == amqp10::State::Deferred) {
        ++plan.deferred;
        if (kind == RunKind::Replay)
            warnOnce(plan, QStringLiteral(
                               "Deferred messages are taken by their numbers, and each is sent first and "
                               "completed then, not both in one transaction: what is cut off in "
                               "between is listed as in doubt."));
        plan.options.atomic = false;
    } else {
        ++plan.scheduled;
        const QDateTime at = amqp10::time(amqp10::annotation(message, scheduledTime));
        note = at.isValid() ? QStringLiteral("scheduled for %1").arg(at.toString(Qt::ISODate))
                            : QStringLiteral("scheduled");
        warnOnce(plan, QStringLiteral("Scheduled messages are cancelled by their numbers. One that becomes "
                                      "active before its turn stays in the queue and is told as missing."));
    }
    item.note = item.note.isEmpty() ? note : note + QStringLiteral("; ") + item.note;
}

QString timesText(qint64 count) {
    return count == 1 ? QStringLiteral("once") : QStringLiteral("%1 times").arg(count);
}

QString replayedText(qint64 count, const JournalMemory& memory, const Fingerprint& fingerprint) {
    const auto found = memory.maybeReplayed.find(fingerprint);
    const qint64 doubted = found == memory.maybeReplayed.end() ? 0 : found->second;
    QString maybe = QStringLiteral("sent without an answer %1").arg(timesText(doubted));
    if (doubted >= count)
        return maybe;
    const QString sure = QStringLiteral("replayed %1").arg(timesText(count - doubted));
    return doubted == 0 ? sure : sure + QStringLiteral(", ") + maybe;
}

void planSend(ReplayPlan& plan, PlanItem& item, const PlanContext& context, const PlanInput& input,
              const JournalMemory& memory, Routes& routes, BusPlan* bus, const Message& out) {
    item.exchange = out.exchange;
    item.routingKey = out.routingKey;
    item.edited = input.edited;
    if (input.edited)
        item.changes << editedChange();
    item.changes << changesBetween(input.message, out, plan.options.messageId);
    if (refuseTaken(item, memory, context.runId, context.readAt) || refuseScheduled(item, context.kind))
        return;
    if (!outgoingRoute(input.message, input.facts, plan.options).known) {
        refuse(item, Refusal::OriginUnknown);
        return;
    }
    if (refuseCut(item, input))
        return;
    if (bus ? bus->refuses(item, plan, input, out)
            : refuseByContent(item, out, context) || refuseByRoute(item, out, context, routes))
        return;
    const auto before = memory.replayedBefore.find(item.fingerprint);
    if (!plan.options.allowRepeat && before != memory.replayedBefore.end() && before->second > 0)
        refuse(item, Refusal::AlreadyReplayed, replayedText(before->second, memory, item.fingerprint));
    else if (bus)
        bus->refusesDuplicate(item, plan, input, out, memory);
}

// Most items of a plan go the same way with the same changes: they share one copy of the words.
template<class T>
void shareEqual(T& value, const T& before) {
    if (value == before)
        value = before;
}

void shareWithBefore(const ReplayPlan& plan, PlanItem& item) {
    if (plan.items.empty())
        return;
    const PlanItem& before = plan.items.back();
    shareEqual(item.changes, before.changes);
    shareEqual(item.receivers, before.receivers);
    shareEqual(item.exchange, before.exchange);
    shareEqual(item.routingKey, before.routingKey);
    shareEqual(item.note, before.note);
}

} // namespace

QString removedBy(const ReadMessage& message, const JournalMemory& memory, const QDateTime& readAt) {
    const RemovedSince since = removedSince(message.fingerprint, memory, readAt);
    return message.occurrence < since.stillGone ? since.run : QString();
}

QString leftItsPlaceBy(const ReadMessage& message, const JournalMemory& memory, const QDateTime& readAt) {
    const RemovedSince since = removedSince(message.fingerprint, memory, readAt);
    return message.occurrence < since.all ? since.run : QString();
}

bool refuseTaken(PlanItem& item, const JournalMemory& memory, const QString& runId, const QDateTime& readAt) {
    if (refuseRemoved(item, memory, readAt))
        return true;
    const auto claimed = memory.claimedBy.find(item.fingerprint);
    if (claimed != memory.claimedBy.end() && claimed->second != runId) {
        refuse(item, Refusal::ClaimedByOpenRun, QStringLiteral("run %1").arg(claimed->second));
        return true;
    }
    const auto doubted = memory.inDoubt.find(item.fingerprint);
    if (doubted != memory.inDoubt.end() && doubted->second != runId) {
        refuse(item, Refusal::InDoubt, QStringLiteral("run %1").arg(doubted->second));
        return true;
    }
    return false;
}

void planBatch(ReplayPlan& plan, const PlanContext& context, std::span<const PlanInput> batch,
               const JournalMemory& memory) {
    Routes routes(context.routing);
    std::optional<BusPlan> bus;
    if (context.routing.bus)
        bus.emplace(context);
    QSet<QString> examined;
    const bool sends = context.kind == RunKind::Replay;
    plan.source = context.source;
    for (const PlanInput& input : batch) {
        PlanItem item;
        item.number = static_cast<qint64>(plan.items.size()) + 1;
        item.snapshotId = input.snapshotId;
        item.position = input.position;
        item.fingerprint = input.fingerprint;
        item.occurrence = input.occurrence;
        item.state = amqp10::stateOf(input.message);
        if (const HeaderValue* session = amqp10::find(input.message, amqp10::groupId))
            item.session = QStringLiteral("") + amqp10::text(session);
        if (input.twins > 0)
            item.twins =
                std::max(1, input.twins - removedSince(input.fingerprint, memory, context.readAt).all);
        Message out;
        if (sends) {
            out = outgoingMessage(input.edited ? *input.edited : input.message, input.facts, plan.options,
                                  context.runId);
            planSend(plan, item, context, input, memory, routes, bus ? &*bus : nullptr, out);
        } else {
            (void)(refuseTaken(item, memory, context.runId, context.readAt) ||
                   refuseScheduled(item, context.kind));
        }
        if (item.refusal == Refusal::None && plan.options.limit > 0 && plan.sendable >= plan.options.limit)
            refuse(item, Refusal::OverLimit, QStringLiteral("limit %1").arg(plan.options.limit));
        if (item.refusal == Refusal::None) {
            ++plan.sendable;
            plan.bytes += input.message.body.size();
            if (context.deliveryLimit >= 0 && item.state == amqp10::State::Active &&
                deliveryCount(input.message) >= context.deliveryLimit)
                ++plan.lastDelivery;
            if (item.state != amqp10::State::Active)
                takeByNumber(plan, item, context.kind, input.message);
            if (bus)
                bus->warnOfTaking(plan, item);
            if (sends && bus) {
                bus->take(plan, item, input, out);
            } else if (sends) {
                for (const QString& receiver : item.receivers)
                    ++plan.receivers[receiver];
                addWarnings(plan, context, item, input, examined);
            }
        } else {
            ++plan.refused;
            ++plan.refusals[item.refusal];
            if (item.refusal == Refusal::InDoubt)
                warnDoubt(plan, memory.inDoubt.at(item.fingerprint));
        }
        shareWithBefore(plan, item);
        plan.items.push_back(std::move(item));
    }
    const qint64 numbered = plan.deferred + plan.scheduled;
    plan.options.taking = numbered == 0               ? Taking::InOrder
                          : numbered == plan.sendable ? Taking::ByNumber
                                                      : Taking::Both;
}

} // namespace signalbox
