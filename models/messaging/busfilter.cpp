#include "models/messaging/busfilter.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/deathfacts.h"

#include <limits>

namespace signalbox {

namespace {

SqlValue textValue(const std::optional<QByteArray>& text) {
    return text ? SqlValue(QString::fromUtf8(*text)) : SqlValue(SqlMissing());
}

// An id that is no string on the wire: how the service would write it is not documented.
SqlValue idValue(const Message& message, const std::optional<QByteArray>& text, const char* typedName) {
    return amqp10::find(message, typedName) ? SqlValue(SqlAnything()) : textValue(text);
}

SqlValue extraValue(const HeaderValue* value) {
    if (!value)
        return SqlMissing();
    if (value->kind == ValueKind::String)
        return QString::fromUtf8(*value->asBytes());
    return SqlAnything();
}

SqlValue systemValue(const Message& message, const QString& name) {
    const auto is = [&name](const char* known) {
        return name.compare(QLatin1StringView(known), Qt::CaseInsensitive) == 0;
    };
    const MessageProperties& properties = message.properties;
    if (is("Label"))
        return textValue(properties.type);
    if (is("MessageId"))
        return idValue(message, properties.messageId, amqp10::messageId);
    if (is("CorrelationId"))
        return idValue(message, properties.correlationId, amqp10::correlationId);
    if (is("ContentType"))
        return textValue(properties.contentType);
    if (is("ReplyTo"))
        return textValue(properties.replyTo);
    if (is("To"))
        return extraValue(amqp10::find(message, amqp10::to));
    if (is("SessionId"))
        return extraValue(amqp10::find(message, amqp10::groupId));
    if (is("ReplyToSessionId"))
        return extraValue(amqp10::find(message, amqp10::replyToGroupId));
    if (is("PartitionKey")) {
        if (const HeaderValue* key = amqp10::annotation(message, "x-opt-partition-key"))
            return extraValue(key);
        return SqlPerhaps(); // the service may take the session id for it
    }
    return SqlPerhaps(); // times and numbers that only the service gives, or a name it may not know
}

SqlValue userValue(const HeaderValue& value) {
    if (const auto* flag = std::get_if<bool>(&value.data))
        return *flag;
    if (const auto* natural = std::get_if<std::uint64_t>(&value.data);
        natural && value.kind != ValueKind::Char && *natural <= std::numeric_limits<qint64>::max())
        return static_cast<qint64>(*natural);
    if (const auto* whole = std::get_if<std::int64_t>(&value.data);
        whole && value.kind != ValueKind::Milliseconds && value.kind != ValueKind::Timestamp)
        return static_cast<qint64>(*whole);
    if (const auto* real = std::get_if<double>(&value.data))
        return *real;
    if (value.kind == ValueKind::String)
        return QString::fromUtf8(*value.asBytes());
    return value.kind == ValueKind::Void ? SqlValue(SqlPerhaps()) : SqlValue(SqlAnything());
}

bool isSameName(const QByteArray& wire, const QString& name) {
    return QString::fromUtf8(wire).compare(name, Qt::CaseInsensitive) == 0;
}

bool isNumber(const HeaderValue& value) {
    return value.kind != ValueKind::Bool && !value.asBytes() && !value.asArray() && !value.asTable() &&
           value.kind != ValueKind::Void && value.kind != ValueKind::Milliseconds &&
           value.kind != ValueKind::Timestamp && value.kind != ValueKind::Char;
}

// Types that differ are no match where the values differ as well, and not known where they look alike.
FilterVerdict sameProperty(const HeaderValue& wanted, const HeaderValue& found) {
    if (wanted.kind == found.kind)
        return wanted == found ? FilterVerdict::Matches : FilterVerdict::MatchesNot;
    const bool alike = isNumber(wanted) && isNumber(found)
                           ? headerText(wanted).toDouble() == headerText(found).toDouble()
                           : headerText(wanted) == headerText(found);
    return alike ? FilterVerdict::NotKnown : FilterVerdict::MatchesNot;
}

FilterVerdict worst(FilterVerdict a, FilterVerdict b) {
    if (a == FilterVerdict::MatchesNot || b == FilterVerdict::MatchesNot)
        return FilterVerdict::MatchesNot;
    return a == FilterVerdict::NotKnown ? a : b;
}

FilterVerdict judgeOwn(const QString& wanted, const SqlValue& found) {
    if (const auto* text = std::get_if<QString>(&found)) // with regard to case, as documented
        return *text == wanted ? FilterVerdict::Matches : FilterVerdict::MatchesNot;
    return std::holds_alternative<SqlMissing>(found) ? FilterVerdict::MatchesNot : FilterVerdict::NotKnown;
}

FilterVerdict judgeProperty(const Header& wanted, const Message& message) {
    if (wanted.name == runHeader)
        return FilterVerdict::NotKnown;
    if (const HeaderValue* found = message.header(wanted.name))
        return sameProperty(wanted.value, *found);
    if (!message.properties.headers)
        return FilterVerdict::MatchesNot;
    for (const Header& header : *message.properties.headers) {
        if (isSameName(header.name, QString::fromUtf8(wanted.name)))
            return FilterVerdict::NotKnown;
    }
    return FilterVerdict::MatchesNot;
}

FilterVerdict judgeCorrelation(const BusRule& rule, const Message& message) {
    FilterVerdict verdict = FilterVerdict::Matches;
    for (auto field = rule.own.begin(); field != rule.own.end(); ++field)
        verdict = worst(verdict, judgeOwn(field.value(), systemValue(message, field.key())));
    for (const Header& wanted : rule.properties)
        verdict = worst(verdict, judgeProperty(wanted, message));
    return verdict;
}

} // namespace

SqlValue busProperty(const Message& message, SqlScope scope, const QString& name) {
    if (scope == SqlScope::System)
        return systemValue(message, name);
    if (isSameName(runHeader, name)) // the run's id is made when the plan is accepted
        return message.header(runHeader) ? SqlValue(SqlAnything()) : SqlValue(SqlMissing());
    SqlValue found = SqlMissing();
    if (!message.properties.headers)
        return found;
    for (const Header& header : *message.properties.headers) {
        if (!isSameName(header.name, name))
            continue;
        if (!std::holds_alternative<SqlMissing>(found))
            return SqlAnything(); // two names that differ in case only
        found = userValue(header.value);
    }
    return found;
}

const SqlFilter* SqlFilters::find(const QString& text) {
    auto known = known_.find(text);
    if (known == known_.end()) {
        auto parsed = SqlFilter::parse(text);
        known = known_.insert(text, parsed ? std::optional(std::move(*parsed)) : std::nullopt);
    }
    return *known ? &**known : nullptr;
}

RuleVerdict judgeRule(const BusRule& rule, const Message& message, SqlFilters& filters) {
    switch (rule.kind) {
    case BusRule::Kind::Always:
        return {FilterVerdict::Matches, {}};
    case BusRule::Kind::Never:
        return {FilterVerdict::MatchesNot, {}};
    case BusRule::Kind::Correlation: {
        const FilterVerdict verdict = judgeCorrelation(rule, message);
        return {verdict, verdict == FilterVerdict::NotKnown
                             ? QStringLiteral("a property has another type than the filter asks for")
                             : QString()};
    }
    case BusRule::Kind::Sql: {
        const SqlFilter* filter = filters.find(rule.sql);
        if (!filter)
            return {FilterVerdict::NotKnown, QStringLiteral("its filter is not understood here")};
        const FilterVerdict verdict = filter->judge(
            [&message](SqlScope scope, const QString& name) { return busProperty(message, scope, name); });
        return {verdict, verdict == FilterVerdict::NotKnown
                             ? QStringLiteral("its filter (%1) cannot be judged here").arg(rule.sql.left(120))
                             : QString()};
    }
    case BusRule::Kind::Unknown:
        break;
    }
    return {FilterVerdict::NotKnown, QStringLiteral("its filter could not be read")};
}

} // namespace signalbox
