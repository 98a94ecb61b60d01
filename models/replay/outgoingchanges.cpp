// Words for what a replay changes; derived from the two messages, so that nothing can be left out by mistake.
#include "models/replay/outgoing.h"

#include "models/messaging/amqp10.h"

namespace signalbox {
namespace {

constexpr qsizetype longestShown = 80;

QString shown(const QByteArray& bytes) {
    QString text = QString::fromUtf8(bytes.left(longestShown * 4));
    if (text.size() > longestShown)
        text = text.left(longestShown) + QStringLiteral("...");
    return text;
}

QString shown(std::uint64_t number) {
    return QString::number(number);
}

template<class T>
void compare(QStringList& changes, const QString& name, const std::optional<T>& before,
             const std::optional<T>& after) {
    if (before == after)
        return;
    if (!after)
        changes << QStringLiteral("removes %1").arg(name);
    else if (!before)
        changes << QStringLiteral("adds %1 %2").arg(name, shown(*after));
    else
        changes << QStringLiteral("sets %1 to %2").arg(name, shown(*after));
}

void compareHeaders(QStringList& changes, const HeaderTable& before, const HeaderTable& after) {
    QStringList seen;
    for (const Header& header : before) {
        const QString name = shown(header.name);
        if (seen.contains(name))
            continue;
        seen << name;
        const HeaderValue* now = findHeader(after, header.name);
        const HeaderValue* then = findHeader(before, header.name);
        if (!now)
            changes << QStringLiteral("removes header %1").arg(name);
        else if (!(*now == *then) && header.name == runHeader) // of a run that is still to be made
            changes << QStringLiteral("sets header %1").arg(name);
        else if (!(*now == *then))
            changes << QStringLiteral("sets header %1 to %2").arg(name, shown(headerText(*now)));
    }
    for (const Header& header : after) {
        if (findHeader(before, header.name))
            continue;
        // The run's id is made when the plan is accepted.
        if (header.name == runHeader)
            changes << QStringLiteral("adds header %1").arg(shown(header.name));
        else
            changes << QStringLiteral("adds header %1 = %2")
                           .arg(shown(header.name), shown(headerText(header.value)));
    }
}

// What the service set on the old message goes every time: one line is enough.
void compareAmqp10(QStringList& changes, const HeaderTable& before, const HeaderTable& after) {
    static const HeaderTable none;
    const auto entries = [](const HeaderTable& table, const char* name) -> const HeaderTable& {
        const HeaderValue* value = findHeader(table, name);
        return value && value->asTable() ? *value->asTable() : none;
    };
    QStringList gone;
    const auto parts = [&](const HeaderTable& then, const HeaderTable& now, const QString& what) {
        const auto isWhole = [](const Header& header) { // compared entry by entry, or as message-id
            return header.name == amqp10::annotations || header.name == amqp10::messageId;
        };
        for (const Header& header : then) {
            const HeaderValue* found = findHeader(now, header.name);
            if (isWhole(header) || (found && *found == header.value))
                continue;
            if (!found && isBusHeader(header.name))
                gone << shown(header.name);
            else if (!found)
                changes << QStringLiteral("removes %1%2").arg(what, shown(header.name));
            else
                changes << QStringLiteral("sets %1%2 to %3")
                               .arg(what, shown(header.name), shown(headerText(*found)));
        }
        for (const Header& header : now) {
            if (!isWhole(header) && !findHeader(then, header.name) && header.name != scheduledTime)
                changes << QStringLiteral("adds %1%2 %3")
                               .arg(what, shown(header.name), shown(headerText(header.value)));
        }
    };
    const HeaderTable& thenNotes = entries(before, amqp10::annotations);
    const HeaderTable& nowNotes = entries(after, amqp10::annotations);
    parts(before, after, {});
    parts(thenNotes, nowNotes, QStringLiteral("annotation "));
    if (!gone.isEmpty())
        changes << QStringLiteral("leaves out what the service had set (%1)")
                       .arg(gone.join(QStringLiteral(", ")));
    if (const HeaderValue* at = findHeader(nowNotes, scheduledTime))
        changes << QStringLiteral("schedules it for %1").arg(amqp10::time(at).toString(Qt::ISODateWithMs));
}

} // namespace

QString editedChange() {
    return QStringLiteral("sends the edited message instead of the original");
}

QStringList changesBetween(const Message& original, const Message& outgoing, KeepOrStrip messageId) {
    QStringList changes;
    const MessageProperties& before = original.properties;
    const MessageProperties& after = outgoing.properties;
    if (original.body != outgoing.body)
        changes << QStringLiteral("changes the body from %1 to %2 bytes")
                       .arg(original.body.size())
                       .arg(outgoing.body.size());
    static const HeaderTable none;
    compareHeaders(changes, before.headers ? *before.headers : none, after.headers ? *after.headers : none);
    compare(changes, QStringLiteral("content-type"), before.contentType, after.contentType);
    compare(changes, QStringLiteral("content-encoding"), before.contentEncoding, after.contentEncoding);
    if (before.deliveryMode != after.deliveryMode)
        changes << (after.deliveryMode == std::uint8_t{2} ? QStringLiteral("makes it persistent")
                                                          : QStringLiteral("makes it transient"));
    compare(changes, QStringLiteral("priority"), before.priority, after.priority);
    compare(changes, QStringLiteral("correlation-id"), before.correlationId, after.correlationId);
    compare(changes, QStringLiteral("reply-to"), before.replyTo, after.replyTo);
    compare(changes, QStringLiteral("expiration"), before.expiration, after.expiration);
    if (messageId == KeepOrStrip::Strip && before.messageId != after.messageId)
        changes << QStringLiteral("gives it a new message-id");
    else
        compare(changes, QStringLiteral("message-id"), before.messageId, after.messageId);
    compare(changes, QStringLiteral("timestamp"), before.timestamp, after.timestamp);
    compare(changes, QStringLiteral("type"), before.type, after.type);
    compare(changes, QStringLiteral("user-id"), before.userId, after.userId);
    compare(changes, QStringLiteral("app-id"), before.appId, after.appId);
    compare(changes, QStringLiteral("cluster-id"), before.clusterId, after.clusterId);
    compareAmqp10(changes, before.amqp10 ? *before.amqp10 : none, after.amqp10 ? *after.amqp10 : none);
    return changes;
}

} // namespace signalbox
