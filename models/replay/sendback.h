// What a namespace of Service Bus would do with messages that are sent to one of its entities as they are:
// those of a restore or an import. Pure.
#pragma once

#include "models/messaging/routing.h"

#include <QDateTime>

namespace signalbox {

struct SendBack {
    QDateTime enqueueAt; // see restoredMessage()
    bool isServiceBus = false;
    bool newMessageIds = false; // Service Bus: ids that it still knows would be accepted and dropped
    bool operator==(const SendBack&) const = default;
};

// What such messages do not have any more when they are sent to RabbitMQ, see restoredMessage(): a sentence.
QString sendBackChanges();

struct SendBackJudgement {
    QString refusal;            // why nothing can be sent there, a sentence; empty: it can
    bool newMessageIds = false; // the entity, or one that it forwards to, detects duplicates
    QString notice;             // what a person should know, a sentence; empty: nothing
};
// Of RabbitMQ, which does nothing of the kind, all is empty.
SendBackJudgement judgeSendBack(const RoutingTable& routing, const QString& entity);

} // namespace signalbox
