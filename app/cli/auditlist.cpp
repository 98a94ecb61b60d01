#include "app/cli/commandset.h"
#include "app/cli/shapes.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <limits>

namespace signalbox {

namespace auditlistcommand {
namespace {

struct Options {
    int limit = 50;
    qint64 before = 0;
    std::string find;
};

// Of a run, which the detail of a record names: "5 removed, 1 missing".
QString countsText(const QJsonObject& detail) {
    QStringList counts;
    for (auto entry = detail.begin(); detail.contains(QLatin1String("run")) && entry != detail.end();
         ++entry) {
        if (entry->isDouble() && entry->toInteger() > 0 && entry.key() != QLatin1String("first"))
            counts << QStringLiteral("%1 %2").arg(entry->toInteger()).arg(entry.key());
    }
    return counts.join(QStringLiteral(", "));
}

bool mentions(const AuditRecord& record, const QString& words) {
    const AuditEvent& event = record.event;
    const QStringList all{event.actor,  event.action,  event.connection, event.subject,
                          event.reason, event.outcome, event.detail};
    return words.isEmpty() || std::any_of(all.begin(), all.end(), [&words](const QString& each) {
               return each.contains(words, Qt::CaseInsensitive);
           });
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    TextTable table({QStringLiteral("number"), QStringLiteral("at (UTC)"), QStringLiteral("who"),
                     QStringLiteral("action"), QStringLiteral("connection"), QStringLiteral("subject"),
                     QStringLiteral("run"), QStringLiteral("messages"), QStringLiteral("outcome"),
                     QStringLiteral("reason")});
    constexpr int page = 500;
    qint64 before = options.before;
    int left = options.limit > 0 ? options.limit : std::numeric_limits<int>::max();
    while (left > 0) {
        auto records = (*workspace)->audit().page(before, options.find.empty() ? std::min(left, page) : page);
        if (!records)
            return failure(std::move(records.error()));
        if (records->empty())
            break;
        for (const AuditRecord& record : *records) {
            if (left == 0 || !mentions(record, text(options.find)))
                continue;
            --left;
            const QJsonObject detail = QJsonDocument::fromJson(record.event.detail.toUtf8()).object();
            session.out().object(shapes::audit(record));
            table.add({QString::number(record.number), shapes::time(record.at), record.event.actor,
                       record.event.action, record.event.connection, record.event.subject,
                       detail.value(QLatin1String("run")).toString(), countsText(detail),
                       record.event.outcome, record.event.reason});
        }
        table.flush(session.out());
        before = records->back().number;
        if (before <= 1)
            break;
    }
    return exitcode::done;
}

} // namespace
} // namespace auditlistcommand

void declareAuditList(CommandSet& set) {
    using namespace auditlistcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("audit", "list", "Show the audit trail, newest first",
                                "  signalbox audit list --limit 20\n"
                                "  signalbox audit list --find billing.dead\n"
                                "  signalbox audit list --limit 0 --json > trail.jsonl\n",
                                [options](Session& session) { return run(session, *options); });
    command->add_option("--limit", options->limit, "How many; 0 = all")
        ->capture_default_str()
        ->check(wholeNumber(0, std::numeric_limits<int>::max()));
    command->add_option("--find", options->find,
                        "Only records that have this text: who, action, connection, queue, run, reason ...");
    command->add_option("--before", options->before, "Only records with a smaller number")
        ->check(wholeNumber(1));
}

} // namespace signalbox
