#include "tests/support/servicebuspeer/entity.h"

namespace signalbox::sbpeer {

namespace {
const std::vector<std::pair<const char*, EntityStatus>> statuses{
    {"Active", EntityStatus::Active},
    {"Disabled", EntityStatus::Disabled},
    {"SendDisabled", EntityStatus::SendDisabled},
    {"ReceiveDisabled", EntityStatus::ReceiveDisabled}};
}

QByteArray statusWord(EntityStatus status) {
    return statuses[static_cast<std::size_t>(status)].first;
}

std::optional<EntityStatus> statusOf(const QByteArray& word) {
    for (const auto& [known, status] : statuses) {
        if (word == known) {
            return status;
        }
    }
    return std::nullopt;
}

QByteArray outgoing(const Entity& entity, const Entry& entry, Look look) {
    using Type = Value::Type;
    const Message& message = entry.message;
    Message::Head head{message.header, message.deliveryAnnotations, message.annotations};
    setDeliveryCount(head.header, entry.deliveryCount);
    const auto annotate = [&head](const char* key, Value value) {
        head.annotations.set(Value::symbol(key), std::move(value));
    };
    annotate("x-opt-enqueued-time", Value::number(Type::Timestamp, entry.enqueuedAt));
    annotate("x-opt-sequence-number", Value::number(Type::Long, entry.number));
    annotate("x-opt-enqueue-sequence-number", Value::number(Type::Long, entry.enqueuedNumber));
    if (!entry.lockToken.isEmpty() && look == Look::Taken) {
        head.deliveryAnnotations.set(Value::symbol("x-opt-lock-token"), Value::uuid(entry.lockToken));
        annotate("x-opt-locked-until", Value::number(Type::Timestamp, entry.lockedUntil));
    }
    if (!entry.deadLetterSource.isEmpty()) {
        annotate("x-opt-deadletter-source", Value::text(entry.deadLetterSource));
    }
    annotate("x-opt-message-state", Value::number(Type::Int, static_cast<int>(entry.state)));
    if (entity.settings.partitioned) {
        annotate("x-opt-partition-id", Value::number(Type::Short, entry.number >> 48));
    }
    return message.bytesOf(head, look != Look::PeekedWithoutBody);
}

} // namespace signalbox::sbpeer
