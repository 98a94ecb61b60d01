#include "models/messaging/ruledraft.h"

#include "models/messaging/sqlfilter.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace signalbox {

namespace {

constexpr qsizetype longestRuleName = 50;
constexpr qsizetype longestRuleSql = 1024;

struct OwnName {
    const char* word;    // as a person writes it, also without its dashes
    const char* service; // as BusRule::own has it
};
constexpr std::array<OwnName, 8> ownNames{{{"correlation-id", "CorrelationId"},
                                           {"message-id", "MessageId"},
                                           {"to", "To"},
                                           {"reply-to", "ReplyTo"},
                                           {"label", "Label"},
                                           {"session-id", "SessionId"},
                                           {"reply-to-session-id", "ReplyToSessionId"},
                                           {"content-type", "ContentType"}}};

tl::unexpected<Error> draftProblem(const QString& field, const QString& what) {
    return failure(ErrorKind::Invalid, QStringLiteral("%1: %2").arg(field, what));
}

QString serviceNameOf(const QString& word) {
    const auto plain = [](QString text) { return text.remove(QLatin1Char('-')).toLower(); };
    if (plain(word) == QLatin1String("subject")) // its newer name
        return QStringLiteral("Label");
    for (const OwnName& own : ownNames) {
        if (plain(word) == plain(QString::fromLatin1(own.word)))
            return QString::fromLatin1(own.service);
    }
    return {};
}

template<class T>
HeaderValue valueOfKind(ValueKind kind, T data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

// By the names of XML Schema, as the service writes them. Numbers between the two bounds only.
struct ConditionType {
    const char* name;
    ValueKind kind;
    std::int64_t least = 0, most = 0;
};
template<class T>
constexpr ConditionType wholeType(const char* name, ValueKind kind) {
    return {name, kind, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}
constexpr ConditionType conditionTypes[] = {
    {"string", ValueKind::String},
    wholeType<std::int32_t>("int", ValueKind::Int32),
    wholeType<std::int64_t>("long", ValueKind::Int64),
    {"double", ValueKind::Double},
    {"boolean", ValueKind::Bool},
    {"guid", ValueKind::Uuid},
    {"dateTime", ValueKind::Milliseconds},
    {"float", ValueKind::Float},
    wholeType<std::int8_t>("byte", ValueKind::Int8),
    wholeType<std::int16_t>("short", ValueKind::Int16),
    wholeType<std::uint8_t>("unsignedByte", ValueKind::UInt8),
    wholeType<std::uint16_t>("unsignedShort", ValueKind::UInt16),
    wholeType<std::uint32_t>("unsignedInt", ValueKind::UInt32),
    {"unsignedLong", ValueKind::UInt64},
};

bool isNaturalKind(ValueKind kind) {
    return kind == ValueKind::UInt8 || kind == ValueKind::UInt16 || kind == ValueKind::UInt32 ||
           kind == ValueKind::UInt64;
}

std::optional<HeaderValue> conditionNumber(const ConditionType& type, const QString& text) {
    bool isFine = false;
    if (type.kind == ValueKind::UInt64) {
        const auto natural = static_cast<std::uint64_t>(text.toULongLong(&isFine));
        return isFine ? std::optional(valueOfKind(type.kind, natural)) : std::nullopt;
    }
    const auto number = static_cast<std::int64_t>(text.toLongLong(&isFine));
    if (!isFine || number < type.least || number > type.most)
        return std::nullopt;
    return isNaturalKind(type.kind) ? valueOfKind(type.kind, static_cast<std::uint64_t>(number))
                                    : valueOfKind(type.kind, number);
}

// Nothing: the text is no such value.
std::optional<HeaderValue> conditionValue(const ConditionType& type, const QString& text) {
    switch (type.kind) {
    case ValueKind::String:
        return HeaderValue::string(text.toUtf8());
    case ValueKind::Bool:
        if (text != QLatin1String("true") && text != QLatin1String("false"))
            return std::nullopt;
        return HeaderValue::boolean(text == QLatin1String("true"));
    case ValueKind::Float:
    case ValueKind::Double: {
        bool isFine = false;
        const double number = text.toDouble(&isFine);
        return isFine && std::isfinite(number) ? std::optional(valueOfKind(type.kind, number)) : std::nullopt;
    }
    case ValueKind::Uuid: {
        const QUuid uuid(text);
        return uuid.isNull() ? std::nullopt : std::optional(valueOfKind(type.kind, uuid.toRfc4122()));
    }
    case ValueKind::Milliseconds: {
        const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
        return time.isValid() ? std::optional(valueOfKind(
                                    type.kind, static_cast<std::int64_t>(time.toMSecsSinceEpoch())))
                              : std::nullopt;
    }
    default:
        return conditionNumber(type, text);
    }
}

Result<void> takeCondition(const QString& text, BusRule& rule) {
    const QString field = QStringLiteral("Condition \"%1\"").arg(text);
    const qsizetype at = text.indexOf(QLatin1Char('='));
    QString name = text.left(at).trimmed();
    if (at < 0 || name.isEmpty())
        return draftProblem(field, QStringLiteral("write NAME=VALUE."));
    const QString value = text.mid(at + 1).trimmed();
    const QString own = serviceNameOf(name);
    if (!own.isEmpty()) {
        if (rule.own.contains(own))
            return draftProblem(field, QStringLiteral("%1 is there twice.").arg(name));
        rule.own.insert(own, value);
        return {};
    }
    const ConditionType* type = std::begin(conditionTypes);
    if (const qsizetype colon = name.lastIndexOf(QLatin1Char(':')); colon > 0) {
        const QString word = name.mid(colon + 1);
        type = std::find_if(std::begin(conditionTypes), std::end(conditionTypes),
                            [&word](const auto& known) { return word == QLatin1String(known.name); });
        if (type == std::end(conditionTypes))
            return draftProblem(field, QStringLiteral("there is no type \"%1\"; types are string, int, long, "
                                                      "double, boolean, guid and dateTime.")
                                           .arg(word));
        name.truncate(colon);
    }
    if (name.startsWith(QLatin1String("user."), Qt::CaseInsensitive))
        name.remove(0, 5);
    if (name.isEmpty())
        return draftProblem(field, QStringLiteral("write NAME=VALUE."));
    const auto made = conditionValue(*type, value);
    if (!made)
        return draftProblem(field,
                            QStringLiteral("\"%1\" is no %2.").arg(value, QString::fromLatin1(type->name)));
    const QByteArray key = name.toUtf8();
    if (findHeader(rule.properties, key))
        return draftProblem(field, QStringLiteral("%1 is there twice.").arg(name));
    rule.properties.push_back({key, *made});
    return {};
}

Result<void> checkName(const QString& name) {
    const QString field = QStringLiteral("Name");
    if (name.isEmpty())
        return draftProblem(field, QStringLiteral("give the rule a name."));
    if (name.size() > longestRuleName)
        return draftProblem(
            field,
            QStringLiteral("it has %1 characters, at most %2 can be.").arg(name.size()).arg(longestRuleName));
    for (const QChar letter : name) {
        if (!letter.isPrint() || QStringLiteral("/\\@?#*").contains(letter))
            return draftProblem(field, QStringLiteral("the service takes none of / \\ @ ? # * in it."));
    }
    return {};
}

Result<void> checkSql(const QString& sql, QStringList& notes) {
    const QString field = QStringLiteral("Filter");
    if (sql.isEmpty())
        return draftProblem(field, QStringLiteral("write the SQL condition, e.g. region = 'EU'."));
    if (sql.size() > longestRuleSql)
        return draftProblem(field, QStringLiteral("it has %1 characters, the service takes %2.")
                                       .arg(sql.size())
                                       .arg(longestRuleSql));
    const auto parsed = SqlFilter::parse(sql);
    if (parsed)
        return {};
    if (parsed.error().kind != ErrorKind::Unsupported)
        return draftProblem(field, parsed.error().summary);
    notes << QStringLiteral("The filter could not be checked here: %1 The service judges it.")
                 .arg(parsed.error().summary);
    return {};
}

// Statements at the ";" outside of quotes; the service knows the rest of the grammar.
Result<void> checkAction(const QString& action, QStringList& notes) {
    const QString field = QStringLiteral("Action");
    if (action.isEmpty())
        return {};
    if (action.size() > longestRuleSql)
        return draftProblem(field, QStringLiteral("it has %1 characters, the service takes %2.")
                                       .arg(action.size())
                                       .arg(longestRuleSql));
    QStringList statements{QString()};
    QChar quote;
    for (const QChar letter : action) {
        if (!quote.isNull())
            quote = letter == quote ? QChar() : quote;
        else if (letter == QLatin1Char('\'') || letter == QLatin1Char('"'))
            quote = letter;
        else if (letter == QLatin1Char('['))
            quote = QLatin1Char(']');
        if (quote.isNull() && letter == QLatin1Char(';'))
            statements << QString();
        else
            statements.last() += letter;
    }
    if (!quote.isNull())
        return draftProblem(field, QStringLiteral("a quote is not closed."));
    if (statements.last().trimmed().isEmpty() && statements.size() > 1)
        statements.removeLast(); // the end of the one before
    for (const QString& statement : std::as_const(statements)) {
        const QString word = statement.simplified().section(QLatin1Char(' '), 0, 0).toUpper();
        if (word != QLatin1String("SET") && word != QLatin1String("REMOVE"))
            return draftProblem(
                field,
                QStringLiteral("\"%1\" is neither SET nor REMOVE.").arg(statement.simplified().left(40)));
    }
    notes << QStringLiteral("The action is checked by the service only.");
    return {};
}

QString conditionValueText(const HeaderValue& value) {
    switch (value.kind) {
    case ValueKind::Bool:
        return std::get<bool>(value.data) ? QStringLiteral("true") : QStringLiteral("false");
    case ValueKind::Float:
    case ValueKind::Double:
        return QString::number(std::get<double>(value.data), 'g', 17);
    case ValueKind::Uuid:
        return QUuid::fromRfc4122(std::get<QByteArray>(value.data)).toString(QUuid::WithoutBraces);
    case ValueKind::Milliseconds:
        return QDateTime::fromMSecsSinceEpoch(std::get<std::int64_t>(value.data), Qt::UTC)
            .toString(Qt::ISODateWithMs);
    default:
        break;
    }
    if (const QByteArray* bytes = value.asBytes())
        return QString::fromUtf8(*bytes);
    if (const auto* number = std::get_if<std::int64_t>(&value.data))
        return QString::number(*number);
    if (const auto* natural = std::get_if<std::uint64_t>(&value.data))
        return QString::number(*natural);
    return {};
}

QString conditionTypeName(ValueKind kind) {
    for (const ConditionType& type : conditionTypes) {
        if (type.kind == kind && kind != ValueKind::String)
            return QString::fromLatin1(type.name);
    }
    return {};
}

QStringList conditionsOf(const BusRule& rule) {
    QStringList all;
    for (const OwnName& own : ownNames) {
        const QString name = QString::fromLatin1(own.service);
        if (rule.own.contains(name))
            all << QStringLiteral("%1=%2").arg(QString::fromLatin1(own.word), rule.own.value(name));
    }
    for (const auto& [key, value] : rule.properties) {
        const QString type = conditionTypeName(value.kind);
        const QString text = conditionValueText(value);
        QString name = QString::fromUtf8(key);
        if (!serviceNameOf(name).isEmpty())
            name.prepend(QLatin1String("user."));
        all << QStringLiteral("%1%2=%3").arg(name, type.isEmpty() ? type : QLatin1Char(':') + type, text);
    }
    return all;
}

} // namespace

Result<CheckedRule> checkedRule(const RuleDraft& draft) {
    CheckedRule made;
    made.rule.name = draft.name.trimmed();
    made.rule.kind = draft.kind;
    if (auto fine = checkName(made.rule.name); !fine)
        return failure(std::move(fine.error()));
    if (draft.kind == BusRule::Kind::Unknown)
        return draftProblem(QStringLiteral("Filter"), QStringLiteral("choose its kind."));
    if (draft.kind == BusRule::Kind::Sql) {
        made.rule.sql = draft.sql.trimmed();
        if (auto fine = checkSql(made.rule.sql, made.notes); !fine)
            return failure(std::move(fine.error()));
    }
    if (draft.kind == BusRule::Kind::Correlation) {
        for (const QString& condition : draft.conditions) {
            if (condition.trimmed().isEmpty())
                continue;
            if (auto taken = takeCondition(condition.trimmed(), made.rule); !taken)
                return failure(std::move(taken.error()));
        }
        if (made.rule.own.isEmpty() && made.rule.properties.empty())
            return draftProblem(
                QStringLiteral("Filter"),
                QStringLiteral("a correlation filter needs a condition, e.g. label=OrderPlaced."));
    }
    made.rule.action = draft.action.trimmed();
    made.rule.hasAction = !made.rule.action.isEmpty();
    if (auto fine = checkAction(made.rule.action, made.notes); !fine)
        return failure(std::move(fine.error()));
    return made;
}

RuleDraft draftOf(const BusRule& rule) {
    RuleDraft draft;
    draft.name = rule.name;
    draft.kind = rule.kind;
    draft.sql = rule.kind == BusRule::Kind::Sql ? rule.sql : QString();
    draft.conditions = conditionsOf(rule);
    draft.action = rule.action;
    return draft;
}

QString conditionText(const BusRule& rule) {
    switch (rule.kind) {
    case BusRule::Kind::Always:
        return QStringLiteral("every message");
    case BusRule::Kind::Never:
        return QStringLiteral("no message");
    case BusRule::Kind::Sql:
        return rule.sql;
    case BusRule::Kind::Correlation:
        return conditionsOf(rule).join(QStringLiteral(" and "));
    case BusRule::Kind::Unknown:
        break;
    }
    return QStringLiteral("not understood here");
}

} // namespace signalbox
