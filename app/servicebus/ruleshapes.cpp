#include "app/servicebus/ruleshapes.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>
#include <optional>

namespace signalbox::servicebus {

namespace {

const QString serviceSpace =
    QStringLiteral("http://schemas.microsoft.com/netservices/2010/10/servicebus/connect");
const QString instanceSpace = QStringLiteral("http://www.w3.org/2001/XMLSchema-instance");
const QString schemaSpace = QStringLiteral("http://www.w3.org/2001/XMLSchema");

XmlNode leaf(const QString& name, const QString& text) {
    XmlNode node;
    node.space = serviceSpace;
    node.name = name;
    node.text = text;
    return node;
}

XmlNode typedNode(const QString& name, const QString& type) {
    XmlNode node = leaf(name, {});
    node.attributes = {{instanceSpace, QStringLiteral("type"), type}};
    return node;
}

QString typeOf(const XmlNode& node) {
    for (const XmlAttribute& attribute : node.attributes) {
        if (attribute.name == QLatin1String("type"))
            return attribute.value.section(QLatin1Char(':'), -1);
    }
    return {};
}

XmlNode* mutableChild(XmlNode& node, const QString& name) {
    const auto found = std::find_if(node.children.begin(), node.children.end(),
                                    [&name](const XmlNode& each) { return each.name == name; });
    return found == node.children.end() ? nullptr : &*found;
}

// In the place of the one of that name, else in front of what comes after it in the service's order.
void setChild(XmlNode& description, XmlNode made) {
    if (XmlNode* old = mutableChild(description, made.name)) {
        *old = std::move(made);
        return;
    }
    static const QStringList order{QStringLiteral("Filter"), QStringLiteral("Action"), QStringLiteral("Name"),
                                   QStringLiteral("CreatedAt")};
    const qsizetype place = order.indexOf(made.name);
    const auto behind = std::find_if(description.children.begin(), description.children.end(),
                                     [&](const XmlNode& each) { return order.indexOf(each.name) > place; });
    description.children.insert(behind, std::move(made));
}

// Name of the type in XML Schema, and the text.
std::pair<QString, QString> schemaValue(const HeaderValue& value) {
    const auto number = [&value] {
        if (const auto* natural = std::get_if<std::uint64_t>(&value.data))
            return QString::number(*natural);
        return QString::number(std::get<std::int64_t>(value.data));
    };
    switch (value.kind) {
    case ValueKind::Bool:
        return {QStringLiteral("boolean"),
                std::get<bool>(value.data) ? QStringLiteral("true") : QStringLiteral("false")};
    case ValueKind::Int8:
        return {QStringLiteral("byte"), number()};
    case ValueKind::Int16:
        return {QStringLiteral("short"), number()};
    case ValueKind::Int32:
        return {QStringLiteral("int"), number()};
    case ValueKind::Int64:
        return {QStringLiteral("long"), number()};
    case ValueKind::UInt8:
        return {QStringLiteral("unsignedByte"), number()};
    case ValueKind::UInt16:
        return {QStringLiteral("unsignedShort"), number()};
    case ValueKind::UInt32:
        return {QStringLiteral("unsignedInt"), number()};
    case ValueKind::UInt64:
        return {QStringLiteral("unsignedLong"), number()};
    case ValueKind::Float:
        return {QStringLiteral("float"), QString::number(std::get<double>(value.data), 'g', 9)};
    case ValueKind::Double:
        return {QStringLiteral("double"), QString::number(std::get<double>(value.data), 'g', 17)};
    case ValueKind::Milliseconds:
        return {QStringLiteral("dateTime"),
                QDateTime::fromMSecsSinceEpoch(std::get<std::int64_t>(value.data), Qt::UTC)
                    .toString(Qt::ISODateWithMs)};
    case ValueKind::Uuid:
        return {QStringLiteral("guid"),
                QUuid::fromRfc4122(std::get<QByteArray>(value.data)).toString(QUuid::WithoutBraces)};
    default:
        break;
    }
    const QByteArray* bytes = value.asBytes();
    return {QStringLiteral("string"), bytes ? QString::fromUtf8(*bytes) : QString()};
}

XmlNode propertyNode(const Header& property) {
    const auto [type, text] = schemaValue(property.value);
    // A GUID is a type of .NET's own serialisation, all others are of XML Schema.
    const QString space = type == QLatin1String("guid")
                              ? QStringLiteral("http://schemas.microsoft.com/2003/10/Serialization/")
                              : schemaSpace;
    XmlNode value = typedNode(QStringLiteral("Value"), QStringLiteral("d6p1:") + type);
    value.prefixes = {{QStringLiteral("d6p1"), space}};
    value.text = text;
    XmlNode pair = leaf(QStringLiteral("KeyValueOfstringanyType"), {});
    pair.children = {leaf(QStringLiteral("Key"), QString::fromUtf8(property.name)), std::move(value)};
    return pair;
}

XmlNode correlationNode(const BusRule& rule) {
    // The order of the service; another one would lose fields without a word.
    static const char* const order[] = {"CorrelationId", "MessageId",        "To",         "ReplyTo", "Label",
                                        "SessionId",     "ReplyToSessionId", "ContentType"};
    XmlNode filter = typedNode(QStringLiteral("Filter"), QStringLiteral("CorrelationFilter"));
    for (const char* each : order) {
        const QString name = QString::fromLatin1(each);
        if (rule.own.contains(name))
            filter.children.push_back(leaf(name, rule.own.value(name)));
    }
    if (rule.properties.empty())
        return filter;
    XmlNode properties = leaf(QStringLiteral("Properties"), {});
    for (const Header& property : rule.properties)
        properties.children.push_back(propertyNode(property));
    filter.children.push_back(std::move(properties));
    return filter;
}

XmlNode filterNode(const BusRule& rule, const XmlNode* old) {
    if (rule.kind == BusRule::Kind::Correlation)
        return correlationNode(rule);
    const bool isSql = rule.kind == BusRule::Kind::Sql;
    if (isSql && old && typeOf(*old) == QLatin1String("SqlFilter") &&
        old->child(QStringLiteral("SqlExpression"))) {
        XmlNode kept = *old;
        mutableChild(kept, QStringLiteral("SqlExpression"))->text = rule.sql;
        return kept;
    }
    XmlNode filter = typedNode(QStringLiteral("Filter"), isSql ? QStringLiteral("SqlFilter")
                                                         : rule.kind == BusRule::Kind::Never
                                                             ? QStringLiteral("FalseFilter")
                                                             : QStringLiteral("TrueFilter"));
    const QString sql = isSql                               ? rule.sql
                        : rule.kind == BusRule::Kind::Never ? QStringLiteral("1=0")
                                                            : QStringLiteral("1=1");
    filter.children = {leaf(QStringLiteral("SqlExpression"), sql),
                       leaf(QStringLiteral("CompatibilityLevel"), QStringLiteral("20"))};
    return filter;
}

XmlNode actionNode(const BusRule& rule, const XmlNode* old) {
    if (rule.action.isEmpty())
        return typedNode(QStringLiteral("Action"), QStringLiteral("EmptyRuleAction"));
    if (old && typeOf(*old) == QLatin1String("SqlRuleAction") &&
        old->child(QStringLiteral("SqlExpression"))) {
        XmlNode kept = *old;
        mutableChild(kept, QStringLiteral("SqlExpression"))->text = rule.action;
        return kept;
    }
    XmlNode action = typedNode(QStringLiteral("Action"), QStringLiteral("SqlRuleAction"));
    action.children = {leaf(QStringLiteral("SqlExpression"), rule.action),
                       leaf(QStringLiteral("CompatibilityLevel"), QStringLiteral("20"))};
    return action;
}

} // namespace

XmlNode emptyRule(const QString& name) {
    XmlNode description = leaf(QStringLiteral("RuleDescription"), {});
    description.prefixes = {{QStringLiteral("i"), instanceSpace}};
    description.children = {leaf(QStringLiteral("Name"), name)};
    return description;
}

void setRule(XmlNode& description, const BusRule& rule) {
    setChild(description, filterNode(rule, description.child(QStringLiteral("Filter"))));
    setChild(description, actionNode(rule, description.child(QStringLiteral("Action"))));
}

} // namespace signalbox::servicebus
