#include "tests/support/servicebuspeer/atomrules.h"

#include <array>

namespace signalbox::sbpeer {

namespace {

using Type = Value::Type;

// In the order of Filter::fields.
const std::array<const char*, 8> correlationNames{
    "CorrelationId", "MessageId", "To", "ReplyTo", "Label", "SessionId", "ReplyToSessionId", "ContentType"};

QByteArray wrapped(const QByteArray& name, const QByteArray& text) {
    return '<' + name + '>' + escaped(text) + "</" + name + '>';
}

Value readScalar(const XmlElement& value) {
    const auto typed = value.attributes.find("type");
    const QByteArray type =
        typed == value.attributes.end() ? QByteArray("string") : typed->second.split(':').last();
    if (type == "int") {
        return Value::number(Type::Int, value.text.toInt());
    }
    if (type == "long") {
        return Value::number(Type::Long, value.text.toLongLong());
    }
    if (type == "double") {
        return Value::real(value.text.toDouble());
    }
    if (type == "boolean") {
        return Value::boolean(value.text == "true");
    }
    if (type == "dateTime") {
        const QDateTime time = QDateTime::fromString(QString::fromLatin1(value.text), Qt::ISODateWithMs);
        return Value::number(Type::Timestamp, time.toMSecsSinceEpoch());
    }
    return Value::text(value.text);
}

std::pair<QByteArray, QByteArray> typedText(const Value& value) {
    switch (value.type()) {
    case Type::Bool:
        return {"boolean", value.toInt() != 0 ? "true" : "false"};
    case Type::Double:
    case Type::Float:
        return {"double", QByteArray::number(value.toReal(), 'g', 17)};
    case Type::Timestamp:
        return {"dateTime", isoTime(value.toInt())};
    case Type::Int:
        return {"int", QByteArray::number(value.toInt())};
    default:
        return value.isWholeNumber()
                   ? std::pair<QByteArray, QByteArray>("long", QByteArray::number(value.toInt()))
                   : std::pair<QByteArray, QByteArray>("string", value.bytes());
    }
}

Value readPairs(const XmlElement* element) {
    Value pairs;
    for (const XmlElement& pair : element == nullptr ? std::vector<XmlElement>() : element->children) {
        const XmlElement* value = pair.child("Value");
        if (pair.name == "KeyValueOfstringanyType" && value != nullptr) {
            pairs.set(pair.childText("Key"), readScalar(*value));
        }
    }
    return pairs;
}

QByteArray writePairs(const QByteArray& name, const Value& pairs) {
    if (pairs.items().empty()) {
        return {};
    }
    QByteArray xml = '<' + name + '>';
    for (std::size_t i = 0; i + 1 < pairs.items().size(); i += 2) {
        const auto [type, text] = typedText(pairs.items()[i + 1]);
        xml += "<KeyValueOfstringanyType>" + wrapped("Key", pairs.items()[i].bytes()) +
               "<Value i:type=\"d6p1:" + type + "\" xmlns:d6p1=\"http://www.w3.org/2001/XMLSchema\">" +
               escaped(text) + "</Value></KeyValueOfstringanyType>";
    }
    return xml + "</" + name + '>';
}

QByteArray writeFilter(const Filter& filter) {
    if (filter.kind != Filter::Kind::Correlation) {
        const char* type = filter.kind == Filter::Kind::True    ? "TrueFilter"
                           : filter.kind == Filter::Kind::False ? "FalseFilter"
                                                                : "SqlFilter";
        const QByteArray sql = filter.kind == Filter::Kind::False ? QByteArray("1=0") : filter.sql;
        return QByteArray("<Filter i:type=\"") + type + "\">" + wrapped("SqlExpression", sql) +
               "<CompatibilityLevel>20</CompatibilityLevel>" + writePairs("Parameters", filter.parameters) +
               "</Filter>";
    }
    QByteArray xml = R"(<Filter i:type="CorrelationFilter">)";
    for (std::size_t i = 0; i < correlationNames.size(); ++i) {
        if (!filter.fields[i].isNull()) {
            xml += wrapped(correlationNames[i], filter.fields[i].bytes());
        }
    }
    return xml + writePairs("Properties", filter.applicationProperties) + "</Filter>";
}

} // namespace

Outcome<Rule> readRuleDescription(const XmlElement& description, const QByteArray& name) {
    Rule rule;
    rule.name = name;
    if (const XmlElement* filter = description.child("Filter")) {
        const auto typed = filter->attributes.find("type");
        const QByteArray type =
            typed == filter->attributes.end() ? QByteArray() : typed->second.split(':').last();
        if (type == "SqlFilter" || type == "TrueFilter" || type == "FalseFilter") {
            rule.filter.kind = type == "SqlFilter"    ? Filter::Kind::Sql
                               : type == "TrueFilter" ? Filter::Kind::True
                                                      : Filter::Kind::False;
            rule.filter.sql =
                filter->has("SqlExpression") ? filter->childText("SqlExpression") : rule.filter.sql;
            rule.filter.parameters = readPairs(filter->child("Parameters"));
        } else if (type == "CorrelationFilter") {
            rule.filter.kind = Filter::Kind::Correlation;
            for (std::size_t i = 0; i < correlationNames.size(); ++i) {
                if (filter->has(correlationNames[i])) {
                    rule.filter.fields[i] = Value::text(filter->childText(correlationNames[i]));
                }
            }
            rule.filter.applicationProperties = readPairs(filter->child("Properties"));
        } else {
            return refuse("amqp:invalid-field", "The filter type '" + type + "' is not known.");
        }
    }
    if (const XmlElement* action = description.child("Action")) {
        rule.action = action->childText("SqlExpression");
    }
    return rule;
}

QByteArray writeRuleDescription(const Rule& rule) {
    const QByteArray action =
        rule.action.isEmpty() ? QByteArray(R"(<Action i:type="EmptyRuleAction"/>)")
                              : R"(<Action i:type="SqlRuleAction">)" + wrapped("SqlExpression", rule.action) +
                                    "<CompatibilityLevel>20</CompatibilityLevel></Action>";
    return writeFilter(rule.filter) + action + wrapped("Name", rule.name) +
           wrapped("CreatedAt", isoTime(rule.createdAt));
}

} // namespace signalbox::sbpeer
