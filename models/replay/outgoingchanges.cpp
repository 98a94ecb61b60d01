// Words for what a replay changes; derived from the two messages, so that nothing can be left out by mistake.
#include "models/replay/outgoing.h"

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

} // namespace

QString editedChange() {
    return QStringLiteral("sends the edited message instead of the original");
}

QStringList changesBetween(const Message& original, const Message& outgoing) {
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
    compare(changes, QStringLiteral("message-id"), before.messageId, after.messageId);
    compare(changes, QStringLiteral("timestamp"), before.timestamp, after.timestamp);
    compare(changes, QStringLiteral("type"), before.type, after.type);
    compare(changes, QStringLiteral("user-id"), before.userId, after.userId);
    compare(changes, QStringLiteral("app-id"), before.appId, after.appId);
    compare(changes, QStringLiteral("cluster-id"), before.clusterId, after.clusterId);
    return changes;
}

} // namespace signalbox
