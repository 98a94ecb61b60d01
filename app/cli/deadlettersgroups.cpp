#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/selection.h"
#include "app/cli/shapes.h"

#include <algorithm>
#include <map>

namespace signalbox {

namespace deadlettersgroupscommand {
namespace {

struct Options {
    std::string queue, connection, where, text;
    qint64 first = 0;
    bool refresh = false, noBodies = false;
};

// What the filter leaves of the groups, and what runs have left in the queue: those with messages in it, with
// their number and times.
Result<std::vector<FailureGroup>> narrowed(std::vector<FailureGroup> groups, Session& session,
                                           const std::shared_ptr<Snapshot>& snapshot,
                                           const Selection& selection) {
    std::map<qint64, FailureGroup> kept;
    for (FailureGroup& group : groups) {
        group.count = 0;
        group.firstSeen = group.lastSeen = QDateTime();
        kept.emplace(group.id, std::move(group));
    }
    constexpr int page = 300;
    IdPages pages(snapshot, selection);
    for (;;) {
        auto ids = pages.next(page);
        if (!ids)
            return failure(std::move(ids.error()));
        if (ids->empty())
            break;
        auto rows = snapshot->rows(*ids);
        auto marked = rows ? markRemoved(session, snapshot->info(), *rows) : failure(rows.error());
        if (!marked)
            return failure(std::move(marked.error()));
        for (const SnapshotRow& row : *rows) {
            const auto found = kept.find(row.groupId);
            if (found == kept.end() || !row.removedBy.isEmpty())
                continue;
            FailureGroup& group = found->second;
            ++group.count;
            const QDateTime& first =
                row.facts.firstDeath.isValid() ? row.facts.firstDeath : row.facts.lastDeath;
            const QDateTime& last =
                row.facts.lastDeath.isValid() ? row.facts.lastDeath : row.facts.firstDeath;
            if (first.isValid() && (!group.firstSeen.isValid() || first < group.firstSeen))
                group.firstSeen = first;
            if (last.isValid() && (!group.lastSeen.isValid() || last > group.lastSeen))
                group.lastSeen = last;
        }
    }
    std::vector<FailureGroup> left;
    for (auto& [id, group] : kept) {
        if (group.count > 0)
            left.push_back(std::move(group));
    }
    return left;
}

Result<int> run(Session& session, const Options& options) {
    auto selection = parseSelection(options.where, options.text, {});
    if (!selection)
        return failure(std::move(selection.error()));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto read =
        readSelected(session, *profile,
                     {text(options.queue), options.refresh, options.first, {}, options.noBodies}, *selection);
    if (!read)
        return failure(std::move(read.error()));
    const std::shared_ptr<Snapshot> snapshot = std::move(*read);
    auto groups = snapshot->groups({});
    if (!groups)
        return failure(std::move(groups.error()));
    const auto removed = removedOf(session, snapshot->info());
    if (!removed)
        return failure(removed.error());
    if (selection->hasQuery() || *removed > 0)
        groups = narrowed(std::move(*groups), session, snapshot, *selection);
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
        session.out().line(*removed > 0 ? QStringLiteral("Of what matches nothing is left in the queue.")
                           : selection->hasQuery() ? QStringLiteral("No message matches.")
                                                   : QStringLiteral("The queue held no messages."));
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
                "  signalbox deadletters groups billing.dead\n"
                "  signalbox deadletters groups billing.dead --where 'reason = rejected'\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    addWhereOption(*command, options->where);
    addTextOption(*command, options->text);
    command->add_flag("--refresh", options->refresh, "Read the queue again");
    command->add_flag("--no-bodies", options->noBodies, "A reading keeps properties and headers, no bodies");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(wholeNumber(0));
}

} // namespace signalbox
