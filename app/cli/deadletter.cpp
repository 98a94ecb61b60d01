#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/runs.h"
#include "app/cli/selection.h"
#include "app/cli/shapes.h"

namespace signalbox {

namespace deadlettercommand {
namespace {

struct Options {
    std::string queue, connection, where, text, reason, deadLetterReason, deadLetterDescription;
    std::vector<qint64> ids;
    qint64 limit = 0;
    qint64 first = 0;
    bool all = false, refresh = false, dryRun = false, yes = false;
};

Result<int> run(Session& session, const Options& options) {
    auto selection = parseSelection(options.where, options.text, options.ids);
    if (!selection)
        return failure(std::move(selection.error()));
    if (selection->isEverything() && !options.all)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Say what to dead-letter: --where, --text, --id, or --all for every "
                                      "message of the snapshot."));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    if (profile->technology != technology::serviceBus)
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("Only Service Bus has messages dead-lettered by hand, and %1 is RabbitMQ.")
                .arg(profile->name));
    if (!options.dryRun) {
        if (auto permit = session.permit(*profile); !permit)
            return failure(std::move(permit.error()));
    }
    tellUnfinished(session);
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    auto read =
        readSelected(session, *profile, {text(options.queue), options.refresh, options.first}, *selection);
    if (!read)
        return failure(std::move(read.error()));
    const std::shared_ptr<Snapshot> snapshot = std::move(*read);

    PlannedRun planned;
    planned.request.kind = RunKind::DeadLetter;
    planned.request.source = snapshot->info().source;
    planned.request.connectionName = profile->name;
    planned.request.options.limit = options.limit;
    planned.request.options.deadLetter = {text(options.deadLetterReason),
                                          text(options.deadLetterDescription)};
    planned.request.connectionUser = profile->user;
    planned.request.reason = text(options.reason);
    setBudget(planned.request, **gateway, snapshot);
    const Conventions& conventions = (*session.workspace())->conventions();
    planned.inputs = [snapshot, selection = *selection, &conventions] {
        return planInputs(snapshot, selection, conventions);
    };
    planned.dryRun = options.dryRun;
    planned.yes = options.yes;
    planned.question = QStringLiteral("Move %1 of %2 (%3, %4) to its dead-letter queue?")
                           .arg(QStringLiteral("%1"), text(options.queue), profile->name,
                                environmentWord(profile->environment));
    return planAndRun(session, *profile, **gateway, std::move(planned));
}

} // namespace
} // namespace deadlettercommand

void declareDeadLetter(CommandSet& set) {
    using namespace deadlettercommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "", "dead-letter", "Service Bus: move messages to the dead-letter queue by hand",
        "  signalbox dead-letter orders --where 'body.customer = 4711' --dead-letter-reason BadCustomer \\\n"
        "      --dead-letter-description 'unknown since the move of 2026-11-20' --yes\n"
        "  signalbox dead-letter events/Subscriptions/audit --id 17 --dry-run\n"
        "\nThey lie in QUEUE/$DeadLetterQueue then, and come back by: signalbox replay run\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue or subscription")->required();
    addConnectionOption(*command, options->connection);
    addWhereOption(*command, options->where);
    addTextOption(*command, options->text);
    addIdOption(*command, options->ids);
    CLI::Option* all = command->add_flag("--all", options->all, "Every message of the snapshot");
    for (const char* choice : {"--where", "--text", "--id"})
        all->excludes(command->get_option(choice));
    command->add_option("--dead-letter-reason", options->deadLetterReason,
                        "Becomes DeadLetterReason of each; at most 4096 characters");
    command->add_option("--dead-letter-description", options->deadLetterDescription,
                        "Becomes DeadLetterErrorDescription of each; at most 4096 characters");
    command->add_option("--limit", options->limit, "At most so many; 0 = all")->check(wholeNumber(0));
    command->add_flag("--refresh", options->refresh, "Read the queue again first");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(wholeNumber(0));
    command->add_option("--reason", options->reason, "Why; kept in history and audit trail");
    command->add_flag("--dry-run", options->dryRun, "Show what would be moved, move nothing");
    addYesOption(*command, options->yes);
}

} // namespace signalbox
