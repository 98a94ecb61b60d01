// What a messaging framework says about the failure of a message, in headers or in a JSON envelope.
#pragma once

#include "models/messaging/conventions.h"
#include "models/messaging/message.h"

#include <QDateTime>
#include <QStringList>

namespace signalbox {

struct FrameworkFacts {
    QString framework; // empty = none of them wrote anything
    QString exceptionType, exceptionText, stackTrace, failedQueue, messageType, reason;
    QDateTime failedAt;
    std::optional<QString> originExchange, originKey;
};

FrameworkFacts frameworkFacts(const Message& message, const Conventions& conventions);
// EasyNetQ: the body is {RoutingKey, Exchange, Queue, Exception, Message, DateTime, BasicProperties}.
std::optional<FrameworkFacts> envelopeFacts(const Message& message);

} // namespace signalbox
