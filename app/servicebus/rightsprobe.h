// Which of the rights Listen and Send a credential has: links are opened and closed again, no credit is given
// and nothing is sent. Blocking, for a thread of a pool. Rule: Azure's "Service Bus access control with SAS".
#pragma once

#include "app/servicebus/namespaceaccess.h"
#include "models/messaging/brokergateway.h"

namespace signalbox::servicebus {

// Entities to try the rights on. Empty: none is known.
struct ProbePlaces {
    QString listen; // queue or subscription; its dead-letter sub-queue is tried, which never wants a session
    QString send;   // queue or topic
};

// "Listen" and "Send": there, missing or not known, and how it was found out.
std::vector<TestStep> probeRights(const NamespaceAccess& access, const ProbePlaces& places);
// The same two where nothing can be tried.
std::vector<TestStep> unknownRights(const QString& why);
// Summary and, in brackets, detail: as the steps of a test say an error.
QString wordsWithDetail(const Error& error);

} // namespace signalbox::servicebus
