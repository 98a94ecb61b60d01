#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace replayresumecommand {
namespace {

struct Options {
    std::string run;
    bool yes = false;
};

// The named run, or the only unfinished one; none: there is nothing to do.
Result<std::optional<RunRecord>> chosenRun(Session& session, const QString& name) {
    ReplayDesk& desk = (*session.workspace())->replays();
    if (!name.isEmpty()) {
        auto named = waitFor(desk.run(name));
        if (!named)
            return failure(std::move(named.error()));
        return std::move(*named);
    }
    auto unfinished = waitFor(desk.unfinished());
    if (!unfinished)
        return failure(std::move(unfinished.error()));
    if (unfinished->empty())
        return std::optional<RunRecord>();
    if (unfinished->size() == 1)
        return unfinished->front();
    QStringList lines;
    for (const RunRecord& record : *unfinished)
        lines << QStringLiteral("%1  %2 of %3, %4")
                     .arg(record.header.id, runKindWord(record.header.kind), record.header.source.name,
                          shapes::time(record.header.createdAt));
    return failure(ErrorKind::Invalid, QStringLiteral("There are several unfinished runs; name one."),
                   lines.join(QLatin1Char('\n')));
}

// Ended, and nothing is left that going on with it could settle.
bool isOver(const RunRecord& record) {
    if (isOpen(record.state) || record.state == RunState::Failed)
        return false;
    const bool removes = reads(record.header.kind) && !record.header.sourceIsStream;
    return std::none_of(record.counts.begin(), record.counts.end(), [removes](const auto& entry) {
        const auto& [state, items] = entry;
        return items > 0 && (state == ItemState::Published ||
                             (removes && (state == ItemState::Confirmed || state == ItemState::Saved)));
    });
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    auto chosen = chosenRun(session, text(options.run));
    if (!chosen)
        return failure(std::move(chosen.error()));
    const std::optional<RunRecord>& record = *chosen;
    if (!record) {
        session.out().notice(QStringLiteral("There is no unfinished run."));
        return exitcode::done;
    }
    if (isOver(*record))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Run %1 has ended already; there is nothing to go on with.")
                           .arg(record->header.id));
    auto profile = profileOf(session, record->header);
    if (!profile)
        return failure(std::move(profile.error()));
    auto permit = session.permit(*profile);
    if (!permit)
        return failure(std::move(permit.error()));
    if (auto agreed = session.confirm(QStringLiteral("Go on with %1 run %2 of queue %3 (%4, %5)?")
                                          .arg(runKindWord(record->header.kind), record->header.id.left(8),
                                               record->header.source.name, profile->name,
                                               environmentWord(profile->environment)),
                                      options.yes);
        !agreed)
        return failure(std::move(agreed.error()));
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    return runToEnd(session, record->header.id, RunIs::Known, *permit, **gateway);
}

} // namespace
} // namespace replayresumecommand

void declareReplayResume(CommandSet& set) {
    using namespace replayresumecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "replay", "resume", "Go on with a run that was cut short",
        "  signalbox replay resume --yes\n"
        "  signalbox replay resume 3f2a --yes\n"
        "\nWhat was confirmed is removed and never sent again. What was sent without an answer is listed as\n"
        "in doubt and waits for: signalbox replay decide\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("run", options->run,
                        "Run (or the beginning of its id); none: the only unfinished one");
    addYesOption(*command, options->yes);
}

} // namespace signalbox
