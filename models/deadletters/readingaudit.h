// What the audit trail says of reading a queue (which marks its messages as redelivered) and of taking
// messages out into a file. Pure.
#pragma once

#include "models/base/audittrail.h"
#include "models/deadletters/snapshot.h"

namespace signalbox {

// Written when the reading begins, so that a crash leaves it on record. `limit`: 0 = all; `start`: of a
// stream, in words; empty = its first offset.
AuditEvent readingEvent(const QString& actor, const QString& connectionName, const EntityRef& queue,
                        qint64 limit, const QString& start, bool keepBodies);
AuditEvent exportEvent(const QString& actor, const SnapshotInfo& from, const QString& file, qint64 messages);

} // namespace signalbox
