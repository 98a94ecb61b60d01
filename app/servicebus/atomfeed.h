// What the management API (ATOM over HTTP) says of queues, topics, subscriptions and rules. Pure.
// Formats: Azure's documentation of the Service Bus REST API, api-version 2021-05.
#pragma once

#include "app/servicebus/xmlnode.h"

#include <QDateTime>
#include <optional>

namespace signalbox::servicebus {

struct AtomEntry {
    QString name;        // of the entity in its parent
    QString path;        // "topic/Subscriptions/sub", decoded; empty when the answer has no address
    QDateTime updated;   // invalid: not told
    XmlNode description; // QueueDescription, TopicDescription, SubscriptionDescription, RuleDescription,
                         // NamespaceInfo
};

struct AtomPage {
    std::vector<AtomEntry> entries;
    bool hasMore = false;
};

// A list. Corrupt: no feed, or an entry without a description.
Result<AtomPage> readFeed(const QByteArray& bytes);
// One entity. NotFound: the service answers a missing one with an empty list.
Result<AtomEntry> readEntry(const QByteArray& bytes, const QString& what);
// For PUT: the fields in their order, without those that only the service may write.
QByteArray writeEntry(const XmlNode& description);

// Sets a field of a description; a new one goes to its place in the order the service wants.
void setField(XmlNode& description, const QString& name, const QString& value);

struct MessageCounts { // -1: not told
    qint64 active = -1, deadLetters = -1, scheduled = -1, transfer = -1, transferDeadLetters = -1;
    bool operator==(const MessageCounts&) const = default;
};
MessageCounts countsOf(const XmlNode& description);

// ISO 8601 as the service writes it ("P1DT2H3M4.5S") in milliseconds; nothing: for ever, or no duration.
std::optional<qint64> durationMs(const QString& text);

} // namespace signalbox::servicebus
