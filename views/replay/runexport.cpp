#include "views/replay/runexport.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace signalbox {

namespace {

QString stamp(const QDateTime& at) {
    return at.isValid() ? at.toUTC().toString(Qt::ISODateWithMs) : QString();
}

QByteArray cell(const QString& text) {
    QByteArray bytes = text.toUtf8();
    if (!bytes.isEmpty() && QByteArrayLiteral("=+-@\t\r").contains(bytes.front()))
        bytes.prepend('\''); // a spreadsheet would take it for a formula
    if (bytes.contains('"') || bytes.contains(',') || bytes.contains('\n') || bytes.contains('\r'))
        bytes = '"' + bytes.replace("\"", "\"\"") + '"';
    return bytes;
}

QByteArray jsonLine(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

QByteArray runLine(const RunRecord& run) {
    QJsonObject counts;
    for (const auto& [state, count] : run.counts)
        counts.insert(itemStateWord(state), count);
    const RunHeader& header = run.header;
    return jsonLine({{QStringLiteral("run"), header.id},
                     {QStringLiteral("kind"), runKindWord(header.kind)},
                     {QStringLiteral("actor"), header.actor},
                     {QStringLiteral("reason"), header.reason},
                     {QStringLiteral("createdAt"), stamp(header.createdAt)},
                     {QStringLiteral("endedAt"), stamp(run.endedAt)},
                     {QStringLiteral("connection"), header.connectionName},
                     {QStringLiteral("virtualHost"), header.source.space},
                     {QStringLiteral("queue"), header.source.name},
                     {QStringLiteral("destination"), header.destination},
                     {QStringLiteral("options"), QJsonDocument::fromJson(toJson(header.options)).object()},
                     {QStringLiteral("state"), runStateWord(run.state)},
                     {QStringLiteral("endReason"), run.endReason},
                     {QStringLiteral("counts"), counts}});
}

QByteArray itemJson(const ItemRecord& item) {
    return jsonLine({{QStringLiteral("number"), item.plan.number},
                     {QStringLiteral("fingerprint"), QString::fromLatin1(item.plan.fingerprint.toHex())},
                     {QStringLiteral("occurrence"), item.plan.occurrence},
                     {QStringLiteral("state"), itemStateWord(item.state)},
                     {QStringLiteral("reason"), item.reason},
                     {QStringLiteral("refusal"), refusalWord(item.plan.refusal)},
                     {QStringLiteral("exchange"), QString::fromUtf8(item.plan.exchange)},
                     {QStringLiteral("routingKey"), QString::fromUtf8(item.plan.routingKey)},
                     {QStringLiteral("receivers"), QJsonArray::fromStringList(item.plan.receivers)},
                     {QStringLiteral("changes"), QJsonArray::fromStringList(item.plan.changes)},
                     {QStringLiteral("changedAt"), stamp(item.changedAt)},
                     {QStringLiteral("copy"), item.hasCopy}});
}

QByteArray itemCsv(const ItemRecord& item) {
    const QList<QByteArray> cells{QByteArray::number(item.plan.number),
                                  itemStateWord(item.state).toUtf8(),
                                  cell(item.reason),
                                  cell(QString::fromUtf8(item.plan.exchange)),
                                  cell(QString::fromUtf8(item.plan.routingKey)),
                                  cell(item.plan.receivers.join(QLatin1Char(' '))),
                                  cell(item.plan.changes.join(QStringLiteral("; "))),
                                  stamp(item.changedAt).toLatin1(),
                                  item.hasCopy ? "yes" : "no"};
    return cells.join(',') + "\r\n";
}

} // namespace

Result<void> exportRun(const RunRecord& run, const std::vector<ItemRecord>& items, const QString& fileName) {
    const bool csv = fileName.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
    QSaveFile file(fileName);
    const auto broken = [&] {
        return failure(
            ErrorKind::Storage,
            QCoreApplication::translate("RunExport", "The run cannot be written to %1.").arg(fileName),
            file.errorString());
    };
    if (!file.open(QIODevice::WriteOnly))
        return broken();
    file.write(
        csv ? QByteArray("number,state,reason,exchange,routingKey,receivers,changes,changedAt,copy\r\n")
            : runLine(run));
    for (const ItemRecord& item : items) {
        const QByteArray line = csv ? itemCsv(item) : itemJson(item);
        if (file.write(line) != line.size())
            return broken();
    }
    if (!file.commit())
        return broken();
    return {};
}

} // namespace signalbox
