#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace replaylistcommand {
namespace {

struct Options {
    std::string search;
    int limit = 50;
    bool unfinished = false;
};

QString countsText(const RunRecord& record) {
    QStringList parts;
    for (const auto& [state, count] : record.counts) {
        if (count > 0)
            parts << QStringLiteral("%1 %2").arg(QString::number(count), stateText(state, record.header));
    }
    return parts.join(QStringLiteral(", "));
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ReplayDesk& desk = (*workspace)->replays();
    if (!options.unfinished)
        tellUnfinished(session);
    // First: asking for them lists as in doubt what was sent without an answer.
    const auto open = waitFor(desk.unfinished());
    if (!open)
        return failure(open.error());
    auto runs = waitFor(options.unfinished
                            ? desk.unfinished()
                            : desk.runs(text(options.search),
                                        options.limit > 0 ? options.limit : std::numeric_limits<int>::max()));
    if (!runs)
        return failure(std::move(runs.error()));
    TextTable table({QStringLiteral("run"), QStringLiteral("kind"), QStringLiteral("state"),
                     QStringLiteral("created (UTC)"), QStringLiteral("who"), QStringLiteral("connection"),
                     QStringLiteral("queue"), QStringLiteral("destination"), QStringLiteral("messages")});
    for (const RunRecord& record : *runs) {
        session.out().object(shapes::run(record, stateText(record, *open)));
        table.add({record.header.id, runKindWord(record.header.kind), stateText(record, *open),
                   shapes::time(record.header.createdAt), record.header.actor, record.header.connectionName,
                   record.header.source.name, record.header.destination, countsText(record)});
    }
    if (table.isEmpty())
        session.out().line(QStringLiteral("No runs."));
    else
        table.flush(session.out());
    return options.unfinished && !runs->empty() ? exitcode::partly : exitcode::done;
}

} // namespace
} // namespace replaylistcommand

void declareReplayList(CommandSet& set) {
    using namespace replaylistcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("replay", "list", "List runs (replay, delete, purge, restore, import), newest first",
                "  signalbox replay list --search billing\n"
                "  signalbox replay list --unfinished\n"
                "\nWith --unfinished the exit code is 1 when there are any.\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option(
        "--search", options->search,
        "Only runs with this in queue, connection, destination, who, why or id, or with this message id");
    command->add_option("--limit", options->limit, "How many; 0 = all")
        ->capture_default_str()
        ->check(wholeNumber(0, std::numeric_limits<int>::max()));
    command->add_flag("--unfinished", options->unfinished, "Only runs that were cut short");
}

} // namespace signalbox
