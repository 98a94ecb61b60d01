#include "tests/support/servicebuspeer/filter.h"

#include "tests/support/servicebuspeer/sqlrule.h"

namespace signalbox::sbpeer {

namespace {

constexpr Message::Property fieldPlaces[] = {Message::CorrelationId,  Message::MessageId,  Message::To,
                                             Message::ReplyTo,        Message::Subject,    Message::GroupId,
                                             Message::ReplyToGroupId, Message::ContentType};

bool same(const Value& wanted, const Value& found) {
    if (wanted.isWholeNumber() && found.isWholeNumber()) {
        return wanted.toInt() == found.toInt();
    }
    const auto isNumber = [](const Value& value) {
        return value.isWholeNumber() || value.type() == Value::Type::Double ||
               value.type() == Value::Type::Float;
    };
    if (isNumber(wanted) && isNumber(found)) {
        return wanted.toReal() == found.toReal();
    }
    return wanted == found;
}

bool correlates(const Filter& filter, const Message& message) {
    for (std::size_t i = 0; i < filter.fields.size(); ++i) {
        const Value& wanted = filter.fields[i];
        if (!wanted.isNull() && message.property(fieldPlaces[i]) != wanted.bytes()) {
            return false;
        }
    }
    const auto& properties = filter.applicationProperties.items();
    for (std::size_t i = 0; i + 1 < properties.size(); i += 2) {
        if (!same(properties[i + 1], message.applicationProperties[properties[i].bytes()])) {
            return false;
        }
    }
    return true;
}

} // namespace

Outcome<bool> matches(const Filter& filter, const Message& message) {
    switch (filter.kind) {
    case Filter::Kind::True:
        return true;
    case Filter::Kind::False:
        return false;
    case Filter::Kind::Correlation:
        return correlates(filter, message);
    case Filter::Kind::Sql:
        break;
    }
    return SqlRule(filter.sql, filter.parameters, message).condition();
}

Outcome<void> checkRule(const Rule& rule) {
    const Message empty;
    if (rule.filter.kind == Filter::Kind::Sql) {
        if (auto fine = matches(rule.filter, empty); !fine) {
            return tl::unexpected(fine.error());
        }
    }
    Message target;
    return applyAction(rule.action, target);
}

Outcome<void> applyAction(const QByteArray& action, Message& message) {
    const Message before = message;
    return SqlRule(action, Value(), before).action(message);
}

} // namespace signalbox::sbpeer
