// What tests of plans on Service Bus share: a namespace with one entity for each peculiarity, a dead letter,
// and a plan made of them.
#pragma once

#include "models/messaging/amqp10.h"
#include "models/messaging/bustopology.h"
#include "models/replay/outgoing.h"
#include "models/replay/replayplan.h"

#include <algorithm>

namespace signalbox::bustest {

inline const QDateTime noon(QDate(2026, 11, 27), QTime(12, 0), Qt::UTC);

inline HeaderValue numberOf(ValueKind kind, std::int64_t number) {
    HeaderValue value;
    value.kind = kind;
    value.data = number;
    return value;
}

inline HeaderValue timeOf(const QDateTime& time) {
    return numberOf(ValueKind::Milliseconds, time.toMSecsSinceEpoch());
}

inline BusRule ruleOf(const char* name, BusRule::Kind kind, const char* sql = "", bool hasAction = false) {
    BusRule rule;
    rule.name = QString::fromLatin1(name);
    rule.kind = kind;
    rule.sql = QString::fromLatin1(sql);
    rule.hasAction = hasAction;
    return rule;
}

inline BusEntity entityOf(const char* path, BusEntity::Kind kind = BusEntity::Kind::Queue) {
    BusEntity entity;
    entity.path = QString::fromLatin1(path);
    entity.kind = kind;
    entity.maxMessageBytes = 256 * 1024;
    return entity;
}

inline BusEntity subscriptionOf(const char* path, const std::vector<BusRule>& rules) {
    BusEntity entity = entityOf(path, BusEntity::Kind::Subscription);
    entity.maxMessageBytes = -1;
    entity.rules = rules;
    return entity;
}

// A company: a plain queue, one for each peculiarity, and a topic with three subscriptions.
inline BusTopology busCompany() {
    BusTopology made;
    made.tier = QStringLiteral("Standard");
    made.encodedSize = [](const Message& message) { return qint64(message.body.size()) + 1000; };
    BusEntity once = entityOf("once");
    once.detectsDuplicates = true;
    BusEntity spread = entityOf("spread");
    spread.detectsDuplicates = true;
    spread.partitioned = true;
    BusEntity sessions = entityOf("sessions");
    sessions.requiresSession = true;
    BusEntity off = entityOf("off");
    off.status = BusEntity::Status::Disabled;
    BusEntity sends = entityOf("send-off");
    sends.status = BusEntity::Status::SendDisabled;
    BusEntity brief = entityOf("brief");
    brief.timeToLiveMs = 90'000;
    BusEntity first = entityOf("first");
    first.forwardTo = QStringLiteral("second");
    BusEntity second = entityOf("second");
    second.forwardTo = QStringLiteral("once");
    BusEntity ring = entityOf("ring");
    ring.forwardTo = QStringLiteral("ring-2");
    BusEntity ring2 = entityOf("ring-2");
    ring2.forwardTo = QStringLiteral("ring");
    BusEntity lost = entityOf("to-nowhere");
    lost.forwardTo = QStringLiteral("gone");
    using Rule = BusRule::Kind;
    made.entities = {
        entityOf("orders"),
        once,
        spread,
        sessions,
        off,
        sends,
        brief,
        first,
        second,
        ring,
        ring2,
        lost,
        entityOf("events", BusEntity::Kind::Topic),
        subscriptionOf("events/Subscriptions/audit", {ruleOf("$Default", Rule::Always)}),
        subscriptionOf("events/Subscriptions/billing", {ruleOf("paid", Rule::Sql, "paid = TRUE")}),
        subscriptionOf("events/Subscriptions/eu", {ruleOf("eu", Rule::Sql, "region = 'EU'")}),
        entityOf("single", BusEntity::Kind::Topic),
        subscriptionOf("single/Subscriptions/only", {ruleOf("eu", Rule::Sql, "region = 'EU'")}),
        subscriptionOf("single/Subscriptions/us", {ruleOf("us", Rule::Sql, "region = 'US'")}),
        entityOf("riddle", BusEntity::Kind::Topic),
        subscriptionOf("riddle/Subscriptions/known", {ruleOf("$Default", Rule::Always)}),
        subscriptionOf("riddle/Subscriptions/odd", {ruleOf("by-chance", Rule::Sql, "newid() = 'x'")}),
        entityOf("twice", BusEntity::Kind::Topic),
        subscriptionOf("twice/Subscriptions/s",
                       {ruleOf("all", Rule::Always), ruleOf("marks", Rule::Always, "", true)})};
    return made;
}

inline PlanInput deadLetterOf(const char* entity) {
    PlanInput input;
    Message& message = input.message;
    message.routingKey = entity;
    message.body = "{\"order\":1}";
    message.bodySize = message.body.size();
    message.properties.messageId = "m-1";
    message.properties.headers =
        HeaderTable{{"region", HeaderValue::string("EU")},
                    {"paid", HeaderValue::boolean(true)},
                    {"DeadLetterReason", HeaderValue::string("TTLExpiredException")},
                    {"DeadLetterErrorDescription", HeaderValue::string("It expired.")}};
    message.properties.amqp10 = HeaderTable{
        {amqp10::groupId, HeaderValue::string("customer-7")},
        {amqp10::deliveryCount, numberOf(ValueKind::UInt32, 0)},
        {amqp10::absoluteExpiry, timeOf(noon)},
        {amqp10::creationTime, timeOf(noon)},
        {amqp10::annotations,
         HeaderValue::table({{"x-opt-partition-key", HeaderValue::string("customer-7")},
                             {"x-opt-sequence-number", numberOf(ValueKind::Int64, 9007199254740993)},
                             {"x-opt-enqueued-time", timeOf(noon.addDays(-1))},
                             {"x-opt-message-state", numberOf(ValueKind::Int32, 0)}})}};
    message.properties.amqp10->at(1).value.data = std::uint64_t{3};
    input.facts.reason = QStringLiteral("TTLExpiredException");
    input.facts.originQueue = QString::fromLatin1(entity);
    input.fingerprint = fingerprintOf(message);
    return input;
}

inline void sentAt(PlanInput& input, const QDateTime& time) {
    HeaderValue* annotations = &input.message.properties.amqp10->back().value;
    setHeader(std::get<HeaderValue::Table>(annotations->data), "x-opt-enqueued-time", timeOf(time));
}

inline void removeExtra(Message& message, const char* name) {
    removeHeader(*message.properties.amqp10, name);
}

// In a dead-letter sub-queue of the entity that the first message names.
struct Scene {
    BusTopology topology = busCompany();
    bool isKnown = true;
    JournalMemory memory;
    ReplayOptions options;
    std::vector<PlanInput> inputs;

    explicit Scene(const char* entity)
        : inputs{deadLetterOf(entity)} {}
    PlanInput& input() { return inputs.front(); }
    void to(ReplayDestination::Kind kind, const char* name = "") {
        options.destination.kind = kind;
        (kind == ReplayDestination::Kind::Queue ? options.destination.queue : options.destination.exchange) =
            QString::fromLatin1(name);
    }
    ReplayPlan plan() const {
        PlanContext context;
        context.source.name =
            QString::fromUtf8(inputs.front().message.routingKey) + QStringLiteral("/$DeadLetterQueue");
        context.runId = QStringLiteral("run-1");
        context.now = noon;
        context.routing.known = isKnown;
        context.routing.bus = std::make_shared<BusTopology>(topology);
        ReplayPlan made;
        made.options = options;
        planBatch(made, context, inputs, memory);
        return made;
    }
};

inline QString firstWord(const ReplayPlan& plan) {
    const PlanItem& item = plan.items.front();
    return refusalWord(item.refusal) + (item.note.isEmpty() ? QString() : QStringLiteral(": ") + item.note);
}

inline bool warns(const ReplayPlan& plan, const char* words) {
    return std::any_of(plan.warnings.begin(), plan.warnings.end(), [words](const QString& warning) {
        return warning.contains(QLatin1StringView(words));
    });
}

} // namespace signalbox::bustest
