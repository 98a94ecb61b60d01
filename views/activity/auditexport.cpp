#include "views/activity/auditexport.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace signalbox {

namespace {

constexpr int pageSize = 1000;

QString stamp(const QDateTime& at) {
    return at.toUTC().toString(Qt::ISODateWithMs);
}

QByteArray cell(const QString& text) {
    QByteArray bytes = text.toUtf8();
    if (!bytes.isEmpty() && QByteArrayLiteral("=+-@\t\r").contains(bytes.front()))
        bytes.prepend('\'');
    if (bytes.contains('"') || bytes.contains(',') || bytes.contains('\n') || bytes.contains('\r'))
        bytes = '"' + bytes.replace("\"", "\"\"") + '"';
    return bytes;
}

QByteArray line(const QList<QByteArray>& cells) {
    return cells.join(',') + "\r\n";
}

} // namespace

AuditFormat auditFormatOf(const QString& fileName) {
    return fileName.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) ? AuditFormat::Csv
                                                                         : AuditFormat::JsonLines;
}

QByteArray auditJsonLine(const AuditRecord& record) {
    const AuditEvent& event = record.event;
    const QJsonDocument detail = QJsonDocument::fromJson(event.detail.toUtf8());
    QJsonObject object{{QStringLiteral("number"), record.number},
                       {QStringLiteral("at"), stamp(record.at)},
                       {QStringLiteral("actor"), event.actor},
                       {QStringLiteral("action"), event.action},
                       {QStringLiteral("connection"), event.connection},
                       {QStringLiteral("subject"), event.subject},
                       {QStringLiteral("reason"), event.reason},
                       {QStringLiteral("outcome"), event.outcome},
                       {QStringLiteral("hash"), QString::fromLatin1(record.hash.toHex())}};
    object.insert(QStringLiteral("detail"),
                  detail.isObject() ? QJsonValue(detail.object()) : QJsonValue(event.detail));
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

QByteArray auditCsvHeader() {
    return line(
        {"number", "at", "actor", "action", "connection", "subject", "reason", "outcome", "detail", "hash"});
}

QByteArray auditCsvLine(const AuditRecord& record) {
    const AuditEvent& event = record.event;
    return line({QByteArray::number(record.number), cell(stamp(record.at)), cell(event.actor),
                 cell(event.action), cell(event.connection), cell(event.subject), cell(event.reason),
                 cell(event.outcome), cell(event.detail), record.hash.toHex()});
}

Result<qint64> exportAudit(AuditTrail& trail, const QString& fileName, AuditFormat format,
                           WorkProgress& progress) {
    // The port reads backwards; records are small, so all of them fit in memory.
    std::vector<AuditRecord> records;
    const auto cancelled = [] {
        return failure(ErrorKind::Cancelled,
                       QCoreApplication::translate("AuditExport", "Cancelled; no file was written."));
    };
    for (qint64 before = 0;;) {
        if (progress.cancelled)
            return cancelled();
        auto page = trail.page(before, pageSize);
        if (!page)
            return failure(std::move(page.error()));
        if (page->empty())
            break;
        before = page->back().number;
        records.insert(records.end(), std::make_move_iterator(page->begin()),
                       std::make_move_iterator(page->end()));
        progress.done = static_cast<qint64>(records.size());
        if (before <= 1)
            break;
    }
    QSaveFile file(fileName);
    const auto broken = [&] {
        return failure(ErrorKind::Storage,
                       QCoreApplication::translate("AuditExport", "The audit trail cannot be written to %1.")
                           .arg(fileName),
                       file.errorString());
    };
    if (!file.open(QIODevice::WriteOnly))
        return broken();
    if (format == AuditFormat::Csv)
        file.write(auditCsvHeader());
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        const QByteArray bytes = format == AuditFormat::Csv ? auditCsvLine(*record) : auditJsonLine(*record);
        if (file.write(bytes) != bytes.size())
            return broken();
    }
    if (progress.cancelled)
        return cancelled();
    if (!file.commit())
        return broken();
    return static_cast<qint64>(records.size());
}

} // namespace signalbox
