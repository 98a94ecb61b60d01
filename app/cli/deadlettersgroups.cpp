#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/shapes.h"

#include <algorithm>

namespace signalbox {

namespace deadlettersgroupscommand {
namespace {

struct Options {
    std::string queue, connection;
    qint64 first = 0;
    bool refresh = false;
};

Result<int> run(Session& session, const Options& options) {
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto snapshot = readQueue(session, *profile, {text(options.queue), options.refresh, options.first});
    if (!snapshot)
        return failure(std::move(snapshot.error()));
    auto groups = (*snapshot)->groups();
    if (!groups)
        return failure(std::move(groups.error()));
    auto notes = (*session.workspace())->triage().notes();
    if (!notes)
        return failure(std::move(notes.error()));
    std::stable_sort(groups->begin(), groups->end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    TextTable table({QStringLiteral("group"), QStringLiteral("count"), QStringLiteral("reason"),
                     QStringLiteral("origin"), QStringLiteral("last seen (UTC)"), QStringLiteral("state"),
                     QStringLiteral("owner"), QStringLiteral("failure"), QStringLiteral("message type")});
    for (const FailureGroup& group : *groups) {
        const auto found = std::find_if(notes->begin(), notes->end(), [&](const GroupNote& each) {
            return each.signature == group.signature;
        });
        const GroupNote note = found == notes->end() ? GroupNote() : *found;
        session.out().object(shapes::group(group, note));
        table.add({QString::number(group.id), QString::number(group.count), group.reason, group.origin,
                   shapes::time(group.lastSeen), note.state, note.owner, group.title, group.messageType});
    }
    if (table.isEmpty())
        session.out().line(QStringLiteral("The queue held no messages."));
    else
        table.flush(session.out());
    return exitcode::done;
}

} // namespace
} // namespace deadlettersgroupscommand

void declareDeadLettersGroups(CommandSet& set) {
    using namespace deadlettersgroupscommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("deadletters", "groups", "Group the dead letters of a queue by what went wrong",
                "  signalbox deadletters groups billing.dead\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    command->add_flag("--refresh", options->refresh, "Read the queue again");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(CLI::NonNegativeNumber);
}

} // namespace signalbox
