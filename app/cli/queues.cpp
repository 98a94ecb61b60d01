#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace queuescommand {
namespace {

struct Options {
    std::string connection;
    std::string name;
    bool all = false;
};

QHash<QString, bool> pinsOf(const std::vector<std::pair<EntityRef, bool>>& pins,
                            const ConnectionProfile& profile) {
    QHash<QString, bool> names;
    for (const auto& [queue, pinned] : pins) {
        if (queue.connectionId == profile.id && queue.space == profile.virtualHost)
            names.insert(queue.name, pinned);
    }
    return names;
}

QString number(qint64 value) {
    return value < 0 ? QStringLiteral("?") : QString::number(value);
}

Result<int> run(Session& session, const Options& options) {
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    tellUnfinished(session);
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    Workspace& workspace = **session.workspace();
    auto pins = workspace.triage().pins();
    if (!pins)
        return failure(std::move(pins.error()));
    const QHash<QString, bool> pinned = pinsOf(*pins, *profile);
    auto snapshots = workspace.snapshots().list();
    if (!snapshots)
        return failure(std::move(snapshots.error()));
    QSet<QString> seen;
    for (const SnapshotInfo& info : *snapshots) {
        if (info.hasDeaths && info.source == entityOf(*profile, info.source.name))
            seen.insert(info.source.name);
    }
    auto listing = waitFor((*gateway)->queues(pinned.keys()));
    if (!listing)
        return failure(std::move(listing.error()));
    // Without the structure the queues are listed all the same, with less said about them.
    auto routing = waitFor((*gateway)->routing());
    if (!listing->missing.isEmpty())
        session.out().notice(listing->missing);
    else if (!routing)
        session.out().notice(routing.error().summary);

    const auto queues = classifyQueues(listing->queues, routing ? *routing : RoutingTable(),
                                       workspace.conventions(), pinned, seen);
    TextTable table({QStringLiteral("queue"), QStringLiteral("type"), QStringLiteral("ready"),
                     QStringLiteral("unacked"), QStringLiteral("consumers"), QStringLiteral("state"),
                     QStringLiteral("dead letters")});
    for (const DeadLetterQueue& entry : queues) {
        if ((!options.all && !entry.holdsDeadLetters()) ||
            !entry.queue.ref.name.contains(text(options.name), Qt::CaseInsensitive))
            continue;
        session.out().object(shapes::queue(entry));
        table.add({entry.queue.ref.name, queueTypeWord(entry.queue.type), number(entry.queue.ready),
                   number(entry.queue.unacked), number(entry.queue.consumers), entry.queue.state,
                   entry.evidence.text});
    }
    // Nothing found is no all clear where most queues were not looked at.
    const bool whole = listing->fromManagement && routing;
    const bool none = table.isEmpty();
    if (!none)
        table.flush(session.out());
    if (!whole)
        session.out().line(QStringLiteral("The list is not whole: without the management API other queues "
                                          "may hold dead letters."));
    else if (none)
        session.out().line(options.all
                               ? QStringLiteral("No queue matches.")
                               : QStringLiteral("No queue that is known to hold dead letters. See all "
                                                "with --all; mark one with: signalbox pin QUEUE"));
    return whole ? exitcode::done : exitcode::partly;
}

} // namespace
} // namespace queuescommand

void declareQueues(CommandSet& set) {
    using namespace queuescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("", "queues", "List the queues that hold dead letters, and how that is known",
                                "  signalbox queues --connection shop\n"
                                "  signalbox queues --all --name billing --json\n",
                                [options](Session& session) { return run(session, *options); });
    addConnectionOption(*command, options->connection);
    command->add_flag("-a,--all", options->all, "All queues, not only those with dead letters");
    command->add_option("--name", options->name, "Only queues whose name contains this");
}

} // namespace signalbox
