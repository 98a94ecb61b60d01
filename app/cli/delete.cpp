#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/runs.h"
#include "app/cli/selection.h"
#include "app/cli/shapes.h"
#include "models/messaging/bustopology.h"

namespace signalbox {

namespace deletecommand {
namespace {

struct Options {
    std::string queue, connection, where, text, reason;
    std::vector<qint64> ids;
    qint64 limit = 0;
    qint64 first = 0;
    bool all = false, refresh = false, dryRun = false, yes = false;
};

// What is scheduled is cancelled, as the service calls it.
QString question(const ReplayPlan& plan, const QString& queue, const QString& connection,
                 Environment environment) {
    const qint64 removed = plan.sendable - plan.scheduled;
    QStringList what;
    if (removed > 0)
        what << QStringLiteral("delete %1 from %2").arg(messagesText(removed), queue);
    if (plan.scheduled > 0)
        what << QStringLiteral("cancel %1 scheduled in %2").arg(messagesText(plan.scheduled), queue);
    QString text = what.join(QStringLiteral(" and "));
    text[0] = text.at(0).toUpper();
    return QStringLiteral("%1 (%2, %3)? A copy of each is kept for %4 days.")
        .arg(text, connection, environmentWord(environment), QString::number(Workspace::keepCopiesDays));
}

Result<int> run(Session& session, const Options& options) {
    auto selection = parseSelection(options.where, options.text, options.ids);
    if (!selection)
        return failure(std::move(selection.error()));
    if (selection->isEverything() && !options.all)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Say what to delete: --where, --text, --id, or --all for every message "
                                      "of the snapshot."));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
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
    if (snapshot->info().queueType == queueTypeWord(QueueType::Stream))
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("Messages of a stream cannot be deleted one by one; they go by its retention "
                           "(x-max-age, x-max-length-bytes)."));

    const QString source = snapshot->info().source.name;
    if (profile->technology == technology::serviceBus &&
        (isSubQueue(source) || source.contains(QLatin1String("/Subscriptions/"), Qt::CaseInsensitive)))
        session.out().notice(
            QStringLiteral(
                "Nothing can be sent back to %1: the copies can be looked at and imported elsewhere.")
                .arg(source));
    PlannedRun planned;
    planned.request.kind = RunKind::Delete;
    planned.request.source = snapshot->info().source;
    planned.request.connectionName = profile->name;
    planned.request.options.limit = options.limit;
    planned.request.connectionUser = profile->user;
    planned.request.reason = text(options.reason);
    setBudget(planned.request, **gateway, snapshot);
    const Conventions& conventions = (*session.workspace())->conventions();
    planned.inputs = [snapshot, selection = *selection, &conventions] {
        return planInputs(snapshot, selection, conventions);
    };
    planned.dryRun = options.dryRun;
    planned.yes = options.yes;
    planned.questionFor = [&options, name = profile->name,
                           environment = profile->environment](const ReplayPlan& plan) {
        return question(plan, text(options.queue), name, environment);
    };
    return planAndRun(session, *profile, **gateway, std::move(planned));
}

} // namespace
} // namespace deletecommand

void declareDelete(CommandSet& set) {
    using namespace deletecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "", "delete", "Delete messages (cancel scheduled ones), each with a copy that can be restored",
        "  signalbox delete billing.dead --where 'reason = expired' --dry-run\n"
        "  signalbox delete billing.dead --id 17 --id 18 --yes\n"
        "\nDeferred messages of Service Bus are reached by their numbers; scheduled ones "
        "are cancelled.\nUndo with: signalbox restore RUN (copies are kept for 30 days), but not where "
        "nothing can be\n"
        "sent to: dead-letter queues and subscriptions of Service Bus.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    addWhereOption(*command, options->where);
    addTextOption(*command, options->text);
    addIdOption(*command, options->ids);
    CLI::Option* all = command->add_flag("--all", options->all, "Every message of the snapshot");
    for (const char* choice : {"--where", "--text", "--id"})
        all->excludes(command->get_option(choice));
    command->add_option("--limit", options->limit, "At most so many; 0 = all")->check(wholeNumber(0));
    command->add_flag("--refresh", options->refresh, "Read the queue again first");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(wholeNumber(0));
    command->add_option("--reason", options->reason, "Why; kept in history and audit trail");
    command->add_flag("--dry-run", options->dryRun, "Show what would be deleted, delete nothing");
    addYesOption(*command, options->yes);
}

} // namespace signalbox
