#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace restorecommand {
namespace {

struct Options {
    std::string run;
    std::vector<qint64> items;
    std::string at;
    bool missing = false;
    bool yes = false;
};

// Those that were not met again, or of which a run that was ended does not know whether they had gone.
Result<std::vector<qint64>> missingOnes(ReplayDesk& desk, const QString& run) {
    constexpr int page = 1000;
    std::vector<qint64> numbers;
    for (qint64 after = 0;;) {
        auto items = waitFor(desk.items(run, ItemState::Missing, after, page));
        if (!items)
            return failure(std::move(items.error()));
        if (items->empty())
            return numbers;
        for (const ItemRecord& item : *items) {
            if (item.hasCopy)
                numbers.push_back(item.plan.number);
        }
        after = items->back().plan.number;
    }
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ReplayDesk& desk = (*workspace)->replays();
    auto record = waitFor(desk.run(text(options.run)));
    if (!record)
        return failure(std::move(record.error()));
    if (QString why = whyNotRestorable(record->header); !why.isEmpty())
        return failure(ErrorKind::Unsupported, std::move(why));
    auto profile = profileOf(session, record->header);
    if (!profile)
        return failure(std::move(profile.error()));
    SendBack how;
    if (!options.at.empty()) {
        if (profile->technology != technology::serviceBus)
            return failure(ErrorKind::Invalid,
                           QStringLiteral("--at is for Service Bus, and %1 is RabbitMQ.").arg(profile->name));
        auto at = enqueueTime(text(options.at));
        if (!at)
            return failure(std::move(at.error()));
        how.enqueueAt = *at;
    }
    auto permit = session.permit(*profile);
    if (!permit)
        return failure(std::move(permit.error()));
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    if (auto judged = judgeSending(session, *profile, **gateway, record->header.source.name, how); !judged)
        return failure(
            judged.error().kind, judged.error().summary,
            record->counts.empty()
                ? QString()
                : QStringLiteral("The copies are in the run: signalbox replay show RUN --copy NUMBER."));
    std::vector<qint64> items = options.items;
    if (options.missing) {
        auto found = missingOnes(desk, record->header.id);
        if (!found)
            return failure(std::move(found.error()));
        if (found->empty())
            return failure(ErrorKind::NotFound,
                           QStringLiteral("No message of this run is missing and has a copy."));
        items = std::move(*found);
    }
    const QString which =
        items.empty() ? QStringLiteral("all messages") : messagesText(static_cast<qint64>(items.size()));
    // Not a question alone: with --yes nobody is asked, and the doubles are there all the same.
    QString doubles;
    if (record->header.kind == RunKind::Replay)
        doubles =
            QStringLiteral("These messages were sent (%1) and are there already: restoring makes doubles.")
                .arg(record->header.destination);
    else if (options.missing)
        doubles =
            QStringLiteral("Whether these were removed is not known: one that is in the queue still will be "
                           "there twice.");
    if (!doubles.isEmpty() && options.yes)
        session.out().notice(doubles);
    if (auto agreed = session.confirm(
            (doubles.isEmpty() ? QString() : doubles + QLatin1Char(' ')) +
                QStringLiteral("Send the copies of %1 of %2 run %3 back to queue %4 of %5 (%6)?")
                    .arg(which, runKindWord(record->header.kind), record->header.id.left(8),
                         record->header.source.name, profile->name, environmentWord(profile->environment)),
            options.yes);
        !agreed)
        return failure(std::move(agreed.error()));
    auto accepted = waitFor(desk.acceptRestore(record->header.id, items, {}, how));
    if (!accepted)
        return failure(std::move(accepted.error()));
    return runToEnd(session, *accepted, RunIs::New, *permit, **gateway);
}

} // namespace
} // namespace restorecommand

void declareRestore(CommandSet& set) {
    using namespace restorecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "", "restore", "Send the saved copies of a run back to the queue they came from",
        "  signalbox restore 3f2a --yes\n"
        "  signalbox restore 3f2a --item 4 --item 9\n"
        "\nCancelled messages of Service Bus are scheduled for their own time again, unless --at names "
        "another.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("run", options->run, "Run (or the beginning of its id)")->required();
    CLI::Option* item =
        command->add_option("--item", options->items, "Only these numbers of the run")->check(wholeNumber(1));
    command
        ->add_flag(
            "--missing", options->missing,
            "Those that a delete or purge did not meet again, or that were left open when it was abandoned")
        ->excludes(item);
    command->add_option("--at", options->at,
                        "Service Bus: enqueue at this time (ISO 8601, 2026-11-27T18:00:00Z)");
    addYesOption(*command, options->yes);
}

} // namespace signalbox
