#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace replayabandoncommand {
namespace {

struct Options {
    std::string run;
    bool yes = false;
};

qint64 countOf(const RunRecord& run, ItemState state) {
    const auto found = run.counts.find(state);
    return found == run.counts.end() ? 0 : found->second;
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ReplayDesk& desk = (*workspace)->replays();
    auto record = waitFor(desk.run(text(options.run)));
    if (!record)
        return failure(std::move(record.error()));
    const RunHeader& header = record->header;
    const bool removes = reads(header.kind) && !header.sourceIsStream;
    const qint64 unremoved = removes ? countOf(*record, ItemState::Confirmed) : 0;
    if (unremoved > 0)
        session.out().notice(
            QStringLiteral("%1 arrived, and that the original was removed is not on record: it "
                           "may be in %2 still. Resume the run instead to remove it.")
                .arg(messagesText(unremoved), header.source.name));
    const qint64 saved = sends(header.kind) ? 0 : countOf(*record, ItemState::Saved);
    if (saved > 0)
        session.out().notice(
            QStringLiteral("Of %1 the copy is saved, and that the original was removed is not on "
                           "record. Resume the run instead, or bring the copies back afterwards: "
                           "signalbox restore %2 --missing.")
                .arg(messagesText(saved), header.id.left(8)));
    if (auto agreed = session.confirm(
            removes ? QStringLiteral("Give up run %1 of queue %2? What was not sent stays in the queue.")
                          .arg(header.id.left(8), header.source.name)
                    : QStringLiteral("Give up run %1 of queue %2? What was not sent is not sent any more.")
                          .arg(header.id.left(8), header.source.name),
            options.yes);
        !agreed)
        return failure(std::move(agreed.error()));
    auto ended = waitFor(desk.abandon(record->header.id), OnInterrupt::Finish);
    if (!ended)
        return failure(std::move(ended.error()));
    auto reported = reportRun(session, record->header.id);
    // Giving up is what was asked for; only what may be doubled is left to be told.
    const bool doubtful = countOf(*ended, ItemState::InDoubt) + unremoved + saved > 0;
    return reported ? Result<int>(doubtful ? exitcode::partly : exitcode::done) : reported;
}

} // namespace
} // namespace replayabandoncommand

void declareReplayAbandon(CommandSet& set) {
    using namespace replayabandoncommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("replay", "abandon", "End a run that was cut short and nobody wants to resume",
                "  signalbox replay abandon 3f2a --yes\n"
                "\nIts messages are free for other runs again. What was sent without an answer is\n"
                "in doubt and waits for: signalbox replay decide\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("run", options->run, "Run (or the beginning of its id)")->required();
    addYesOption(*command, options->yes);
}

} // namespace signalbox
