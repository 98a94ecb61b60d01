// How messaging frameworks name their error queues and where they put the failure. Data, not code:
// loaded from a JSON document (shipped as resources/conventions.json).
#pragma once

#include "models/base/result.h"

#include <QList>
#include <QRegularExpression>
#include <QString>

namespace signalbox {

struct FrameworkConvention {
    QString framework;
    QList<QRegularExpression> queuePatterns; // names of queues that hold its failed messages
    QList<QByteArray> markerHeaders;         // any present: the message is one of its failures
    // Header names, first present wins; empty list = not told by headers.
    QList<QByteArray> exceptionType, exceptionText, stackTrace, failedAt, failedQueue, messageType, reason,
        originExchange, originKey;
    bool jsonEnvelope =
        false; // EasyNetQ: the facts are in a JSON body {RoutingKey, Exchange, Queue, Exception, Message}
};

struct Conventions {
    QList<FrameworkConvention> frameworks;
};

// Errors name the entry and the field.
Result<Conventions> parseConventions(const QByteArray& json);
// The framework whose naming convention the queue follows, or empty.
QString conventionOf(const QString& queueName, const Conventions& conventions);

} // namespace signalbox
