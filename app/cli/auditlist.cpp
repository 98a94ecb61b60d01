#include "app/cli/commandset.h"
#include "app/cli/shapes.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace auditlistcommand {
namespace {

struct Options {
    int limit = 50;
    qint64 before = 0;
};

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    TextTable table({QStringLiteral("number"), QStringLiteral("at (UTC)"), QStringLiteral("who"),
                     QStringLiteral("action"), QStringLiteral("connection"), QStringLiteral("subject"),
                     QStringLiteral("outcome"), QStringLiteral("reason")});
    constexpr int page = 500;
    qint64 before = options.before;
    int left = options.limit > 0 ? options.limit : std::numeric_limits<int>::max();
    while (left > 0) {
        auto records = (*workspace)->audit().page(before, std::min(left, page));
        if (!records)
            return failure(std::move(records.error()));
        if (records->empty())
            break;
        for (const AuditRecord& record : *records) {
            session.out().object(shapes::audit(record));
            table.add({QString::number(record.number), shapes::time(record.at), record.event.actor,
                       record.event.action, record.event.connection, record.event.subject,
                       record.event.outcome, record.event.reason});
        }
        table.flush(session.out());
        before = records->back().number;
        left -= static_cast<int>(records->size());
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
                                "  signalbox audit list --limit 0 --json > trail.jsonl\n",
                                [options](Session& session) { return run(session, *options); });
    command->add_option("--limit", options->limit, "How many; 0 = all")
        ->capture_default_str()
        ->check(wholeNumber(0, std::numeric_limits<int>::max()));
    command->add_option("--before", options->before, "Only records with a smaller number")
        ->check(wholeNumber(1));
}

} // namespace signalbox
