#include "models/messaging/amqp10.h"

namespace signalbox::amqp10 {

BodyKind bodyKindOf(const Message& message) {
    const QString kind = text(find(message, bodyKind));
    return kind == QLatin1String("value")      ? BodyKind::Value
           : kind == QLatin1String("sequence") ? BodyKind::Sequence
                                               : BodyKind::Data;
}

const HeaderValue* find(const Message& message, QByteArrayView name) {
    return message.properties.amqp10 ? findHeader(*message.properties.amqp10, name) : nullptr;
}

const HeaderValue* annotation(const Message& message, QByteArrayView name) {
    const HeaderValue* all = find(message, annotations);
    const HeaderValue::Table* table = all ? all->asTable() : nullptr;
    return table ? findHeader(*table, name) : nullptr;
}

QString text(const HeaderValue* value) {
    return value ? QString::fromUtf8(headerText(*value)) : QString();
}

QDateTime time(const HeaderValue* value) {
    const auto* ms =
        value && value->kind == ValueKind::Milliseconds ? std::get_if<std::int64_t>(&value->data) : nullptr;
    return ms ? QDateTime::fromMSecsSinceEpoch(*ms, Qt::UTC) : QDateTime();
}

State stateOf(const Message& message) {
    std::int64_t state = 0;
    const HeaderValue* value = annotation(message, "x-opt-message-state");
    if (!value || !headerInteger(*value, &state))
        return State::Active;
    return state == 1 ? State::Deferred : state == 2 ? State::Scheduled : State::Active;
}

} // namespace signalbox::amqp10
