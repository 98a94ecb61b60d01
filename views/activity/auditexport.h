// Writes the whole audit trail to a file, oldest first: JSON Lines (exact, with the hashes) or CSV for
// spreadsheets. Blocking: call it on the store's thread.
#pragma once

#include "models/base/audittrail.h"

class QIODevice;

namespace signalbox {

enum class AuditFormat { JsonLines, Csv };

AuditFormat auditFormatOf(const QString& fileName); // by its ending, JSON Lines unless .csv

QByteArray auditJsonLine(const AuditRecord& record); // with the line break
QByteArray auditCsvHeader();
// RFC 4180. Cells a spreadsheet would take for a formula get an apostrophe in front.
QByteArray auditCsvLine(const AuditRecord& record);

// Gives the number of records. The file is replaced only when all of it is written. Kind Cancelled: by
// `progress`, which counts records read.
Result<qint64> exportAudit(AuditTrail& trail, const QString& fileName, AuditFormat format,
                           WorkProgress& progress);

} // namespace signalbox
