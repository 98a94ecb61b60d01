#include "app/servicebus/amqpcondition.h"

#include <algorithm>

namespace signalbox::servicebus {

namespace {

struct Meaning {
    const char* condition;
    ErrorKind kind;
    bool isTransient;
    const char* words; // completes "Could not <doing>: "
};

constexpr Meaning meanings[] = {
    {"amqp:not-found", ErrorKind::NotFound, false, "it does not exist in the namespace."},
    {"com.microsoft:message-not-found", ErrorKind::NotFound, false, "the message is not there any more."},
    {"amqp:unauthorized-access", ErrorKind::NotAllowed, false,
     "the credential is not valid, has expired or lacks the right for it (Listen, Send or Manage)."},
    {"com.microsoft:auth-failed", ErrorKind::NotAuthenticated, false, "the service refused the credential."},
    {"com.microsoft:entity-disabled", ErrorKind::NotAllowed, false,
     "the entity is disabled. Enable it, then try again."},
    {"com.microsoft:server-busy", ErrorKind::Busy, true, "the service is busy and asks for a pause."},
    {"com.microsoft:timeout", ErrorKind::Busy, true, "the service did not come to an answer in time."},
    {"com.microsoft:operation-cancelled", ErrorKind::Busy, true, "the service gave it up."},
    {"amqp:internal-error", ErrorKind::Busy, true, "the service had an error of its own."},
    {"amqp:link:detach-forced", ErrorKind::Lost, true, "the service closed the link."},
    {"amqp:connection:forced", ErrorKind::Lost, true, "the service closed the connection."},
    {"amqp:resource-limit-exceeded", ErrorKind::Blocked, false,
     "a quota is used up (the entity may be full)."},
    {"amqp:link:message-size-exceeded", ErrorKind::Invalid, false,
     "the message is larger than the entity takes."},
    {"amqp:link:stolen", ErrorKind::Conflict, false, "another receiver took the link over."},
    {"com.microsoft:message-lock-lost", ErrorKind::Conflict, false,
     "the lock of the message has expired: it is in the queue again."},
    {"com.microsoft:session-lock-lost", ErrorKind::Conflict, false, "the lock of the session has expired."},
    {"com.microsoft:session-cannot-be-locked", ErrorKind::Conflict, false,
     "another receiver has the session."},
    {"com.microsoft:entity-already-exists", ErrorKind::Conflict, false, "there is one of that name."},
    {"com.microsoft:argument-error", ErrorKind::Invalid, false, "the service found it invalid."},
    {"com.microsoft:argument-out-of-range", ErrorKind::Invalid, false, "the service found it out of range."},
    {"amqp:not-allowed", ErrorKind::NotAllowed, false, "the service does not allow it here."},
    {"amqp:not-implemented", ErrorKind::Unsupported, false, "the service cannot do that here."},
    {"amqp:decode-error", ErrorKind::Corrupt, false, "the service could not read what was sent."},
    {"amqp:precondition-failed", ErrorKind::Conflict, false, "it is not in the state for it."},
};

const Meaning* meaningOf(const QByteArray& condition) {
    const auto* found = std::find_if(std::begin(meanings), std::end(meanings),
                                     [&](const Meaning& entry) { return condition == entry.condition; });
    return found == std::end(meanings) ? nullptr : found;
}

} // namespace

Error conditionError(const AmqpCondition& condition, const QString& doing) {
    const Meaning* meaning = meaningOf(condition.name);
    QString detail = QString::fromUtf8(condition.name);
    if (!condition.description.isEmpty())
        detail += QStringLiteral(": ") + condition.description;
    const QString why = meaning                    ? QString::fromLatin1(meaning->words)
                        : condition.name.isEmpty() ? QStringLiteral("the service ended it without a reason.")
                        : condition.description.isEmpty()
                            ? QString::fromUtf8(condition.name)
                            : condition.description.section(QLatin1Char('\n'), 0, 0);
    return {meaning ? meaning->kind : ErrorKind::Unsupported,
            QStringLiteral("Could not %1: %2").arg(doing, why), detail};
}

bool isServerBusy(const Error& error) {
    return error.kind == ErrorKind::Busy && error.detail.contains(QLatin1String(serverBusy));
}

bool isTransient(const QByteArray& condition) {
    const Meaning* meaning = meaningOf(condition);
    return meaning && meaning->isTransient;
}

} // namespace signalbox::servicebus
