// Failure signature: dead letters with the same cause share it. Covers reason, exception type, error text
// with its changing parts folded, message type and origin. Stable over restarts and snapshots: notes of
// people hang on it, so a change of the rules needs a new version byte in signature.cpp. Pure, thread-safe.
#pragma once

#include "models/messaging/deathfacts.h"

namespace signalbox {

struct FailureSignature {
    QByteArray bytes; // 20 bytes
    QString title;    // folded error text for people; else exception type, else reason
    bool operator==(const FailureSignature&) const = default;
};

FailureSignature failureSignature(const DeathFacts& facts);

// Replaces what differs from message to message: GUIDs and long hex by <id>, numbers by <n>, dates and times
// by <time>, URLs, mail and network addresses by <address>, quoted values by <text>. Linear time; white space
// collapses; at most `limit` characters of the input count.
QString foldVariables(QStringView text, qsizetype limit = 1000);

} // namespace signalbox
