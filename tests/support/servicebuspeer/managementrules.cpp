// The operations of $management on sessions and rules.
#include "tests/support/servicebuspeer/connection.h"
#include "tests/support/servicebuspeer/managementwork.h"

namespace signalbox::sbpeer {

using Type = Value::Type;

namespace {

constexpr qint64 maxTimestamp = 253402300799999; // 9999-12-31, .NET's latest

const std::array<const char*, 8> fieldNames{
    "correlation-id", "message-id",          "to",          "reply-to", "label",
    "session-id",     "reply-to-session-id", "content-type"};

enum Descriptor : quint64 {
    SqlFilter = 0x1370000006,
    TrueFilter = 0x1370000007,
    FalseFilter = 0x1370000008,
    CorrelationFilter = 0x1370000009,
    RuleDescription = 0x13700000004,
    EmptyAction = 0x13700000005,
    SqlAction = 0x13700000006
};

Value described(const Filter& filter) {
    switch (filter.kind) {
    case Filter::Kind::True:
        return Value::described(TrueFilter, Value::list());
    case Filter::Kind::False:
        return Value::described(FalseFilter, Value::list());
    case Filter::Kind::Sql:
        return Value::described(SqlFilter,
                                Value::list({Value::text(filter.sql), Value::number(Type::Int, 20)}));
    case Filter::Kind::Correlation:
        break;
    }
    std::vector<Value> fields = filter.fields;
    fields.push_back(filter.applicationProperties);
    return Value::described(CorrelationFilter, Value::list(std::move(fields)));
}

Value described(const Rule& rule) {
    Value action =
        rule.action.isEmpty()
            ? Value::described(EmptyAction, Value::list())
            : Value::described(SqlAction,
                               Value::list({Value::text(rule.action), Value::number(Type::Int, 20)}));
    return Value::described(RuleDescription,
                            Value::list({described(rule.filter), std::move(action), Value::text(rule.name),
                                         Value::number(Type::Timestamp, rule.createdAt)}));
}

std::optional<Filter> readFilter(const Value& description) {
    Filter filter;
    const Value& sql = description["sql-filter"];
    const Value& correlation = description["correlation-filter"];
    if (sql["expression"].isText()) {
        filter.kind = Filter::Kind::Sql;
        filter.sql = sql["expression"].bytes();
        return filter;
    }
    if (correlation.type() != Type::Map) {
        return std::nullopt;
    }
    filter.kind = Filter::Kind::Correlation;
    for (std::size_t i = 0; i < fieldNames.size(); ++i) {
        filter.fields[i] = correlation[fieldNames[i]];
    }
    filter.applicationProperties = correlation["properties"];
    return filter;
}

tl::unexpected<Refusal> ruleFieldMissing(const QByteArray& field) {
    return refuse("amqp:invalid-field", "The field '" + field + "' is missing or has another type.");
}

} // namespace

ManagementWork::Result ManagementWork::listSessions(const Request& request) {
    const Value& since = request.body["last-updated-time"];
    const Value& skip = request.body["skip"];
    const Value& top = request.body["top"];
    if (since.type() != Type::Timestamp || skip.type() != Type::Int || top.type() != Type::Int) {
        return ruleFieldMissing("last-updated-time (timestamp), skip or top (int)");
    }
    const bool active = since.toInt() >= maxTimestamp;
    const auto ids = store().sessionIds(active ? std::nullopt : std::optional(since.toInt()));
    std::vector<Value> page;
    for (auto i = static_cast<std::size_t>(skip.toInt());
         i < ids.size() && page.size() < static_cast<std::size_t>(top.toInt()); ++i) {
        page.push_back(Value::text(ids[i]));
    }
    if (page.empty()) {
        return Answer{204, {}, {}};
    }
    const qint64 next = skip.toInt() + static_cast<qint64>(page.size());
    return Answer{200,
                  Value::map()
                      .set("skip", Value::number(Type::Int, next))
                      .set("sessions-ids", Value::array(Type::String, std::move(page))),
                  {}};
}

ManagementWork::Result ManagementWork::renewSession(const Request& request) {
    if (!request.body["session-id"].isText()) {
        return ruleFieldMissing("session-id");
    }
    const auto until = store().renewSession(request.body["session-id"].bytes());
    if (!until) {
        return tl::unexpected(until.error());
    }
    return Answer{200, Value::map().set("expiration", Value::number(Type::Timestamp, *until)), {}};
}

ManagementWork::Result ManagementWork::getSessionState(const Request& request) {
    if (!request.body["session-id"].isText()) {
        return ruleFieldMissing("session-id");
    }
    const Session* session = store().session(request.body["session-id"].bytes());
    const bool has = session != nullptr && session->hasState;
    return Answer{200, Value::map().set("session-state", has ? Value::binary(session->state) : Value()), {}};
}

ManagementWork::Result ManagementWork::setSessionState(const Request& request) {
    const Value& state = request.body["session-state"];
    if (!request.body["session-id"].isText() || !(state.isNull() || state.type() == Type::Binary)) {
        return ruleFieldMissing("session-id or session-state (binary or null)");
    }
    store().setSessionState(request.body["session-id"].bytes(), state);
    return Answer{};
}

ManagementWork::Result ManagementWork::enumerateRules(const Request& request) {
    const Value& skip = request.body["skip"];
    const Value& top = request.body["top"];
    if (place_.entity->kind != EntityKind::Subscription || top.type() != Type::Int ||
        skip.type() != Type::Int) {
        return ruleFieldMissing("top or skip (int)");
    }
    std::vector<Value> rules;
    const auto& all = place_.entity->rules;
    for (auto i = static_cast<std::size_t>(skip.toInt());
         i < all.size() && rules.size() < static_cast<std::size_t>(top.toInt()); ++i) {
        rules.push_back(Value::map().set("rule-description", described(all[i])));
    }
    if (rules.empty()) {
        return Answer{204, {}, {}};
    }
    return Answer{200, Value::map().set("rules", Value::array(Type::Map, std::move(rules))), {}};
}

ManagementWork::Result ManagementWork::addRule(const Request& request) {
    const Value& description = request.body["rule-description"];
    const auto filter = readFilter(description);
    if (place_.entity->kind != EntityKind::Subscription || !request.body["rule-name"].isText() || !filter) {
        return ruleFieldMissing("rule-name or rule-description");
    }
    Rule rule;
    rule.name = request.body["rule-name"].bytes();
    rule.filter = *filter;
    rule.action = description["sql-rule-action"]["expression"].bytes();
    if (auto added = connection_.shared().broker.addRule(*place_.entity, rule); !added) {
        return tl::unexpected(added.error());
    }
    return Answer{};
}

ManagementWork::Result ManagementWork::removeRule(const Request& request) {
    if (place_.entity->kind != EntityKind::Subscription || !request.body["rule-name"].isText()) {
        return ruleFieldMissing("rule-name");
    }
    const auto removed =
        connection_.shared().broker.removeRule(*place_.entity, request.body["rule-name"].bytes());
    if (!removed) {
        return tl::unexpected(removed.error());
    }
    return Answer{};
}

} // namespace signalbox::sbpeer
