// What the service says when it refuses or ends something, as errors a person can act on. Pure.
// Source of the conditions: Azure's documentation of AMQP errors in Service Bus.
#pragma once

#include "models/base/error.h"

#include <QByteArray>

namespace signalbox::servicebus {

struct AmqpCondition {
    QByteArray name;     // "amqp:not-found"; empty = none was given
    QString description; // the service's words, with its TrackingId
    bool isEmpty() const { return name.isEmpty() && description.isEmpty(); }
};

// The service asks for a pause, of ten seconds at least. Source: the same documentation, "Throttling".
inline constexpr QByteArrayView serverBusy("com.microsoft:server-busy");
inline constexpr int serverBusyMs = 10000;
bool isServerBusy(const Error& error); // one made by conditionError()

// `doing` completes "Could not ...". The detail keeps condition and words, tracking id included.
Error conditionError(const AmqpCondition& condition, const QString& doing);
// Only after a pause, or on another link, would the same help.
bool isTransient(const QByteArray& condition);

} // namespace signalbox::servicebus
