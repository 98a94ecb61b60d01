// Port of the append-only, hash-chained audit trail. Values are safe to show: no bodies, no secrets.
#pragma once

#include "models/base/result.h"
#include "models/base/workprogress.h"

#include <QDateTime>
#include <vector>

namespace signalbox {

struct AuditEvent {
    QString actor;      // "user@host", the operating system's account
    QString action;     // stable word: connection.add, elevation.grant, replay.start, replay.end, purge, ...
    QString connection; // connection name, empty where none
    QString subject;    // queue, run id, file ...
    QString reason;     // what the person typed, empty where none was asked
    QString outcome;    // "ok", or an error's summary
    QString detail;     // small JSON object with counts and ids
    bool operator==(const AuditEvent&) const = default;
};

struct AuditRecord {
    qint64 number = 0; // 1, 2, 3 ... without gaps
    QDateTime at;      // UTC
    AuditEvent event;
    QByteArray hash; // SHA-256 over the previous hash and this record's canonical bytes
    bool operator==(const AuditRecord&) const = default;
};

struct AuditVerdict {
    bool whole = false;
    qint64 records = 0;
    qint64 firstBroken = 0; // number of the first record that does not fit, 0 if whole
    QString explanation;
};

class AuditTrail {
public:
    virtual ~AuditTrail() = default;
    virtual Result<void> append(const AuditEvent& event) = 0;
    // Newest first, records with number < before (0 = from the end).
    virtual Result<std::vector<AuditRecord>> page(qint64 before, int limit) = 0;
    // Reads the whole trail in parts, so that others can write meanwhile. Kind Cancelled: by `progress`,
    // which counts records.
    virtual Result<AuditVerdict> verify(WorkProgress& progress) = 0;
};

} // namespace signalbox
