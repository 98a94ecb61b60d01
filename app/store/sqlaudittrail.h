// The audit trail in the workspace file: a chain of SHA-256 hashes. Record n's hash covers the hash of n - 1
// (32 zero bytes before the first) and n's canonical bytes; a separate row keeps count and last hash, so that
// a cut tail is seen. Rows cannot be changed through the file's own triggers. Any thread; blocking.
#pragma once

#include "app/store/workspacedb.h"
#include "models/base/audittrail.h"
#include "models/base/clock.h"

namespace signalbox {

class SqlAuditTrail final : public AuditTrail {
public:
    SqlAuditTrail(WorkspaceDb& workspace, const Clock& clock)
        : workspace_(workspace)
        , clock_(clock) {}
    Result<void> append(const AuditEvent& event) override;
    Result<std::vector<AuditRecord>> page(qint64 before, int limit) override;
    // The explanation names the last hash, which a careful person keeps elsewhere, because whoever can write
    // the file could also make a whole new chain.
    Result<AuditVerdict> verify(WorkProgress& progress) override;

private:
    WorkspaceDb& workspace_;
    const Clock& clock_;
};

// "signalbox-audit-1", number and time (milliseconds) as 64-bit big-endian, then each text as UTF-8 behind
// its length in bytes as 32-bit big-endian: actor, action, connection, subject, reason, outcome, detail.
QByteArray auditHash(const QByteArray& previous, qint64 number, qint64 atMs, const AuditEvent& event);

} // namespace signalbox
