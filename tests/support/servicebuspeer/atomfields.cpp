#include "tests/support/servicebuspeer/atomfields.h"

#include <functional>

namespace signalbox::sbpeer {

namespace {

// One element: how it is read and written. What is written as null is left out.
struct Field {
    const char* name;
    std::function<bool(EntitySettings&, const QByteArray&)> read;
    std::function<QByteArray(const Entity&)> write;
};

Field duration(const char* name, qint64 EntitySettings::*member) {
    return {name,
            [member](EntitySettings& settings, const QByteArray& text) {
                const auto value = parseDuration(text);
                settings.*member = value.value_or(0);
                return value.has_value();
            },
            [member](const Entity& entity) { return isoDuration(entity.settings.*member); }};
}

template<typename Number>
Field number(const char* name, Number EntitySettings::*member) {
    return {name,
            [member](EntitySettings& settings, const QByteArray& text) {
                bool fine = false;
                settings.*member = static_cast<Number>(text.toLongLong(&fine));
                return fine;
            },
            [member](const Entity& entity) { return QByteArray::number(entity.settings.*member); }};
}

Field flag(const char* name, bool EntitySettings::*member) {
    return {
        name,
        [member](EntitySettings& settings, const QByteArray& text) {
            settings.*member = text == "true";
            return text == "true" || text == "false";
        },
        [member](const Entity& entity) { return QByteArray(entity.settings.*member ? "true" : "false"); }};
}

Field text(const char* name, QByteArray EntitySettings::*member) {
    return {name,
            [member](EntitySettings& settings, const QByteArray& value) {
                settings.*member = value;
                return true;
            },
            [member](const Entity& entity) { return entity.settings.*member; }};
}

// Something the peer does not keep: read and forgotten, or a fixed word.
Field ignored(const char* name, const char* word = nullptr) {
    return {name, [](EntitySettings&, const QByteArray&) { return true; },
            [word](const Entity&) { return QByteArray(word); }};
}

Field status() {
    return {"Status",
            [](EntitySettings& settings, const QByteArray& word) {
                const auto known = statusOf(word);
                settings.status = known.value_or(settings.status);
                return known.has_value();
            },
            [](const Entity& entity) { return statusWord(entity.settings.status); }};
}

std::vector<Field> fieldsOf(EntityKind kind) {
    using S = EntitySettings;
    if (kind == EntityKind::Queue) {
        return {duration("LockDuration", &S::lockMs),
                number("MaxSizeInMegabytes", &S::maxMegabytes),
                flag("RequiresDuplicateDetection", &S::detectsDuplicates),
                flag("RequiresSession", &S::sessions),
                duration("DefaultMessageTimeToLive", &S::timeToLiveMs),
                flag("DeadLetteringOnMessageExpiration", &S::deadLettersExpired),
                duration("DuplicateDetectionHistoryTimeWindow", &S::duplicateWindowMs),
                number("MaxDeliveryCount", &S::maxDeliveryCount),
                flag("EnableBatchedOperations", &S::batched),
                ignored("AuthorizationRules", ""),
                status(),
                text("ForwardTo", &S::forwardTo),
                text("UserMetadata", &S::userMetadata),
                duration("AutoDeleteOnIdle", &S::autoDeleteMs),
                flag("EnablePartitioning", &S::partitioned),
                text("ForwardDeadLetteredMessagesTo", &S::forwardDeadLettersTo),
                ignored("EntityAvailabilityStatus", "Available"),
                flag("EnableExpress", &S::express),
                number("MaxMessageSizeInKilobytes", &S::maxMessageKilobytes)};
    }
    if (kind == EntityKind::Topic) {
        return {duration("DefaultMessageTimeToLive", &S::timeToLiveMs),
                number("MaxSizeInMegabytes", &S::maxMegabytes),
                flag("RequiresDuplicateDetection", &S::detectsDuplicates),
                duration("DuplicateDetectionHistoryTimeWindow", &S::duplicateWindowMs),
                flag("EnableBatchedOperations", &S::batched),
                ignored("AuthorizationRules", ""),
                status(),
                text("UserMetadata", &S::userMetadata),
                flag("SupportOrdering", &S::ordered),
                duration("AutoDeleteOnIdle", &S::autoDeleteMs),
                flag("EnablePartitioning", &S::partitioned),
                ignored("EntityAvailabilityStatus", "Available"),
                flag("EnableExpress", &S::express),
                number("MaxMessageSizeInKilobytes", &S::maxMessageKilobytes)};
    }
    return {duration("LockDuration", &S::lockMs),
            flag("RequiresSession", &S::sessions),
            duration("DefaultMessageTimeToLive", &S::timeToLiveMs),
            flag("DeadLetteringOnMessageExpiration", &S::deadLettersExpired),
            flag("DeadLetteringOnFilterEvaluationExceptions", &S::deadLettersFilterErrors),
            ignored("DefaultRuleDescription"),
            number("MaxDeliveryCount", &S::maxDeliveryCount),
            flag("EnableBatchedOperations", &S::batched),
            status(),
            text("ForwardTo", &S::forwardTo),
            text("UserMetadata", &S::userMetadata),
            text("ForwardDeadLetteredMessagesTo", &S::forwardDeadLettersTo),
            duration("AutoDeleteOnIdle", &S::autoDeleteMs),
            ignored("EntityAvailabilityStatus", "Available")};
}

QByteArray element(const QByteArray& name, const QByteArray& content) {
    return '<' + name + '>' + content + "</" + name + '>';
}

QByteArray runtime(const Entity& entity) {
    const auto count = [](std::size_t value) { return QByteArray::number(static_cast<qulonglong>(value)); };
    const std::size_t active =
        entity.main->count(MessageState::Active) + entity.main->count(MessageState::Deferred);
    const std::size_t scheduled = entity.main->count(MessageState::Scheduled);
    const std::size_t dead = entity.dead->entries().size(), transfer = entity.transfer->entries().size();
    QByteArray xml;
    if (entity.kind != EntityKind::Topic) {
        xml += element("MessageCount", count(active + scheduled + dead + transfer));
    }
    if (entity.kind != EntityKind::Subscription) {
        xml += element("SizeInBytes", QByteArray::number(entity.main->bytes() + entity.dead->bytes()));
    }
    xml += element("CreatedAt", isoTime(entity.createdAt)) + element("UpdatedAt", isoTime(entity.updatedAt)) +
           element("AccessedAt", isoTime(entity.accessedAt));
    if (entity.kind == EntityKind::Topic) {
        xml += element("SubscriptionCount", count(entity.subscriptions.size()));
    }
    xml += R"(<CountDetails xmlns:d2p1="http://schemas.microsoft.com/netservices/2011/06/servicebus">)";
    xml += element("d2p1:ActiveMessageCount", count(active)) +
           element("d2p1:DeadLetterMessageCount", count(dead)) +
           element("d2p1:ScheduledMessageCount", count(scheduled)) +
           element("d2p1:TransferMessageCount", "0") +
           element("d2p1:TransferDeadLetterMessageCount", count(transfer));
    return xml + "</CountDetails>";
}

} // namespace

QByteArray descriptionName(EntityKind kind) {
    return kind == EntityKind::Queue   ? "QueueDescription"
           : kind == EntityKind::Topic ? "TopicDescription"
                                       : "SubscriptionDescription";
}

Outcome<EntitySettings> readDescription(EntityKind kind, const XmlElement& description) {
    const std::vector<Field> fields = fieldsOf(kind);
    EntitySettings settings;
    std::size_t reached = 0;
    for (const XmlElement& child : description.children) {
        std::size_t at = 0;
        while (at < fields.size() && child.name != fields[at].name) {
            ++at;
        }
        if (at == fields.size() || at < reached) {
            continue;
        }
        reached = at;
        QByteArray value = child.text;
        if (child.name.startsWith("Forward")) { // an absolute address; the path keeps its case
            const auto scheme = value.indexOf("://");
            value = scheme < 0 ? value : value.mid(value.indexOf('/', scheme + 3) + 1);
        }
        if (!fields[at].read(settings, value)) {
            return refuse("amqp:invalid-field",
                          "The value '" + child.text + "' of " + child.name + " is not valid.");
        }
    }
    return settings;
}

QByteArray writeDescription(const Entity& entity, const QByteArray& base) {
    QByteArray xml;
    for (const Field& field : fieldsOf(entity.kind)) {
        QByteArray value = field.write(entity);
        const QByteArray name = field.name;
        const bool leftOut = value.isNull() || (value.isEmpty() && name != "AuthorizationRules");
        if (leftOut) {
            continue;
        }
        xml += element(name, escaped(name.startsWith("Forward") ? base + value : value));
    }
    return xml + runtime(entity);
}

} // namespace signalbox::sbpeer
