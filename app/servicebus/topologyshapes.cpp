#include "app/servicebus/topologyshapes.h"

#include "app/servicebus/messagesections.h"
#include "app/servicebus/targetpath.h"

#include <QUuid>
#include <algorithm>

namespace signalbox::servicebus {

namespace {

constexpr qint64 standardMessageBytes = 256 * 1024; // Basic and Standard; Premium tells for each entity

// "SqlFilter" of i:type="b:SqlFilter"; prefixes are the service's choice.
QString typeWord(const XmlNode& node) {
    for (const XmlAttribute& attribute : node.attributes) {
        if (attribute.name == QLatin1String("type"))
            return attribute.value.section(QLatin1Char(':'), -1);
    }
    return {};
}

template<class T>
HeaderValue scalar(ValueKind kind, T data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

struct WholeType {
    const char* name;
    ValueKind kind;
};
constexpr WholeType signedTypes[] = {{"byte", ValueKind::Int8},
                                     {"short", ValueKind::Int16},
                                     {"int", ValueKind::Int32},
                                     {"long", ValueKind::Int64}};
constexpr WholeType naturalTypes[] = {{"unsignedByte", ValueKind::UInt8},
                                      {"unsignedShort", ValueKind::UInt16},
                                      {"unsignedInt", ValueKind::UInt32},
                                      {"unsignedLong", ValueKind::UInt64}};

// Nothing: of a type that is not compared here.
std::optional<HeaderValue> typedValue(const QString& type, const QString& text) {
    bool isFine = true;
    if (type == QLatin1String("string"))
        return HeaderValue::string(text.toUtf8());
    if (type == QLatin1String("boolean"))
        return HeaderValue::boolean(text == QLatin1String("true"));
    for (const WholeType& whole : signedTypes) {
        if (type == QLatin1StringView(whole.name)) {
            const auto number = static_cast<std::int64_t>(text.toLongLong(&isFine));
            return isFine ? std::optional(scalar(whole.kind, number)) : std::nullopt;
        }
    }
    for (const WholeType& whole : naturalTypes) {
        if (type == QLatin1StringView(whole.name)) {
            const auto number = static_cast<std::uint64_t>(text.toULongLong(&isFine));
            return isFine ? std::optional(scalar(whole.kind, number)) : std::nullopt;
        }
    }
    if (type == QLatin1String("double") || type == QLatin1String("float")) {
        const double number = text.toDouble(&isFine);
        const ValueKind kind = type == QLatin1String("double") ? ValueKind::Double : ValueKind::Float;
        return isFine ? std::optional(scalar(kind, number)) : std::nullopt;
    }
    if (type == QLatin1String("guid")) {
        const QUuid uuid(text);
        return uuid.isNull() ? std::nullopt : std::optional(scalar(ValueKind::Uuid, uuid.toRfc4122()));
    }
    if (type == QLatin1String("dateTime") && text.endsWith(QLatin1Char('Z'))) {
        const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
        return time.isValid() ? std::optional(scalar(ValueKind::Milliseconds,
                                                     static_cast<std::int64_t>(time.toMSecsSinceEpoch())))
                              : std::nullopt;
    }
    return std::nullopt;
}

bool readFilterProperties(const XmlNode& properties, HeaderTable& into) {
    for (const XmlNode& pair : properties.children) {
        const XmlNode* given = pair.child(QStringLiteral("Value"));
        const QString key = pair.childText(QStringLiteral("Key"));
        const auto value = given ? typedValue(typeWord(*given), given->text) : std::nullopt;
        if (!value || key.isEmpty())
            return false;
        into.push_back({key.toUtf8(), *value});
    }
    return true;
}

BusRule::Kind readCorrelation(const XmlNode& filter, BusRule& rule) {
    static const QStringList names{
        QStringLiteral("CorrelationId"), QStringLiteral("MessageId"),       QStringLiteral("To"),
        QStringLiteral("ReplyTo"),       QStringLiteral("Label"),           QStringLiteral("SessionId"),
        QStringLiteral("ContentType"),   QStringLiteral("ReplyToSessionId")};
    const auto isNil = [](const XmlAttribute& a) {
        return a.name == QLatin1String("nil") && a.value == QLatin1String("true");
    };
    for (const XmlNode& field : filter.children) {
        if (std::any_of(field.attributes.begin(), field.attributes.end(), isNil))
            continue; // not asked for
        if (names.contains(field.name))
            rule.own.insert(field.name, field.text);
        else if (field.name != QLatin1String("Properties") || !readFilterProperties(field, rule.properties))
            return BusRule::Kind::Unknown;
    }
    return BusRule::Kind::Correlation;
}

BusRule::Kind readFilter(const XmlNode& filter, BusRule& rule) {
    const QString type = typeWord(filter);
    if (type == QLatin1String("TrueFilter"))
        return BusRule::Kind::Always;
    if (type == QLatin1String("FalseFilter"))
        return BusRule::Kind::Never;
    if (type == QLatin1String("CorrelationFilter"))
        return readCorrelation(filter, rule);
    rule.sql = filter.childText(QStringLiteral("SqlExpression"));
    return type == QLatin1String("SqlFilter") && !rule.sql.isEmpty() ? BusRule::Kind::Sql
                                                                     : BusRule::Kind::Unknown;
}

BusEntity::Status statusOfText(const QString& text) {
    return text == QLatin1String("Disabled")          ? BusEntity::Status::Disabled
           : text == QLatin1String("SendDisabled")    ? BusEntity::Status::SendDisabled
           : text == QLatin1String("ReceiveDisabled") ? BusEntity::Status::ReceiveDisabled
                                                      : BusEntity::Status::Active;
}

// "events/Subscriptions/audit/Rules/r": the subscription.
QString subscriptionOf(const QString& rulePath) {
    return rulePath.left(rulePath.lastIndexOf(QLatin1String("/Rules/"), -1, Qt::CaseInsensitive));
}

} // namespace

BusRule busRule(const AtomEntry& entry) {
    BusRule rule;
    rule.name = entry.name;
    if (const XmlNode* filter = entry.description.child(QStringLiteral("Filter")))
        rule.kind = readFilter(*filter, rule);
    // An action that is not understood is one: it may change anything.
    const XmlNode* action = entry.description.child(QStringLiteral("Action"));
    rule.hasAction = action && typeWord(*action) != QLatin1String("EmptyRuleAction");
    if (rule.hasAction && typeWord(*action) == QLatin1String("SqlRuleAction"))
        rule.action = action->childText(QStringLiteral("SqlExpression"));
    return rule;
}

BusEntity busEntity(const Entity& entity, const QString& tier) {
    const XmlNode& description = entity.entry.description;
    const auto text = [&description](const char* name) {
        return description.childText(QString::fromLatin1(name));
    };
    const auto isTrue = [&text](const char* name) { return text(name) == QLatin1String("true"); };
    const auto number = [&text](const char* name) {
        bool isNumber = false;
        const qint64 value = text(name).toLongLong(&isNumber);
        return isNumber && value > 0 ? value : qint64(-1);
    };
    BusEntity made;
    made.path = entity.entry.path;
    made.kind = entity.kind == Entity::Kind::Topic          ? BusEntity::Kind::Topic
                : entity.kind == Entity::Kind::Subscription ? BusEntity::Kind::Subscription
                                                            : BusEntity::Kind::Queue;
    made.status = statusOfText(text("Status"));
    made.requiresSession = isTrue("RequiresSession");
    made.detectsDuplicates = isTrue("RequiresDuplicateDetection");
    made.duplicateWindowMs =
        durationMs(text("DuplicateDetectionHistoryTimeWindow")).value_or(made.duplicateWindowMs);
    made.timeToLiveMs = durationMs(text("DefaultMessageTimeToLive")).value_or(-1);
    made.maxDeliveryCount = static_cast<int>(std::min<qint64>(number("MaxDeliveryCount"), 1'000'000));
    made.lockMs = durationMs(text("LockDuration")).value_or(-1);
    made.forwardTo = pathOfTarget(text("ForwardTo"));
    made.partitioned = isTrue("EnablePartitioning");
    if (made.kind == BusEntity::Kind::Subscription)
        return made; // what is sent goes through its topic
    const qint64 kilobytes = number("MaxMessageSizeInKilobytes");
    if (kilobytes > 0)
        made.maxMessageBytes = kilobytes * 1024;
    else if (tier == QLatin1String("Standard") || tier == QLatin1String("Basic"))
        made.maxMessageBytes = standardMessageBytes;
    return made;
}

BusTopology busTopology(const std::vector<Entity>& entities, const QString& tier) {
    BusTopology topology;
    topology.tier = tier;
    topology.encodedSize = [](const Message& message) {
        return static_cast<qint64>(encodeMessage(message).size());
    };
    QHash<QString, std::size_t> subscriptions;
    for (const Entity& entity : entities) {
        if (entity.kind == Entity::Kind::Rule)
            continue;
        if (entity.kind == Entity::Kind::Subscription)
            subscriptions.insert(entity.entry.path.toLower(), topology.entities.size());
        topology.entities.push_back(busEntity(entity, tier));
    }
    for (const Entity& entity : entities) {
        if (entity.kind != Entity::Kind::Rule)
            continue;
        const auto owner = subscriptions.find(subscriptionOf(entity.entry.path).toLower());
        if (owner != subscriptions.end())
            topology.entities[*owner].rules.push_back(busRule(entity.entry));
    }
    return topology;
}

} // namespace signalbox::servicebus
