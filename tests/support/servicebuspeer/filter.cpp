#include "tests/support/servicebuspeer/filter.h"

namespace signalbox::sbpeer {

namespace {

constexpr Message::Property fieldPlaces[] = {Message::CorrelationId,  Message::MessageId,  Message::To,
                                             Message::ReplyTo,        Message::Subject,    Message::GroupId,
                                             Message::ReplyToGroupId, Message::ContentType};

bool same(const Value& wanted, const Value& found) {
    if (wanted.isWholeNumber() && found.isWholeNumber()) {
        return wanted.toInt() == found.toInt();
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
    if (filter.sql == "1=1") {
        return true;
    }
    return refuse("amqp:not-implemented", "SQL filters come later");
}

Outcome<void> checkRule(const Rule&) {
    return {};
}

Outcome<void> applyAction(const QByteArray&, Message&) {
    return refuse("amqp:not-implemented", "SQL actions come later");
}

} // namespace signalbox::sbpeer
