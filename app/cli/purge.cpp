#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace purgecommand {
namespace {

struct Options {
    std::string queue, connection, confirmed, reason;
    bool noCopies = false, dryRun = false, yes = false;
};

// "1,500 messages of billing.dead", or that nobody knows how many.
QString whatGoes(const QueueInfo& info, const QString& queue) {
    return info.ready < 0
               ? QStringLiteral("Every message of %1 (how many is not known)").arg(printable(queue))
               : QStringLiteral("Every message of %1, now %2,")
                     .arg(printable(queue), QString::number(info.ready));
}

Result<int> run(Session& session, const Options& options) {
    const QString queue = text(options.queue);
    if (options.yes && options.confirmed.empty())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("A purge asks for the queue's name, not for --yes: add --confirm %1.").arg(queue));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    if (options.noCopies && profile->technology != technology::serviceBus)
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("--no-copies is for Service Bus, and %1 is RabbitMQ.").arg(profile->name));
    // Asked first: nobody should type a name and then be told no.
    auto permit = session.permit(*profile);
    if (!permit && !options.dryRun)
        return failure(std::move(permit.error()));
    tellUnfinished(session);
    QString typed = text(options.confirmed);
    if (typed.isEmpty() && !options.dryRun && (!session.terminal().personAtInput || session.out().json()))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Nothing was done: nobody is at the terminal to type the queue's "
                                      "name. Add --confirm %1.")
                           .arg(queue));
    if (!typed.isEmpty()) {
        if (auto confirmed = GuardRail::confirmPurge(queue, typed); !confirmed)
            return failure(std::move(confirmed.error()));
    }
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    auto info = waitFor((*gateway)->queue(queue));
    if (!info)
        return failure(std::move(info.error()));
    const bool isDeadLetters = !info->deadLettersOf.isEmpty();
    const QString stays =
        info->type == QueueType::ServiceBus && !isDeadLetters
            ? QStringLiteral(" Scheduled and deferred ones stay.")
        : isDeadLetters && !options.noCopies
            ? QStringLiteral(" Nothing can be sent back into a dead-letter queue: the copies can be "
                             "looked at and imported elsewhere.")
            : QString();
    // As the service spells it: that is the name in the history.
    const auto doubts = waitFor(
        (*session.workspace())->replays().inDoubtIn({profile->id, profile->virtualHost, info->ref.name}));
    if (!doubts)
        return failure(doubts.error());
    if (*doubts > 0)
        session.out().notice(
            QStringLiteral("%1 of earlier runs over this queue %2 in doubt: sent without an "
                           "answer, the originals still there. They go with the rest; signalbox "
                           "replay decide settles them before.")
                .arg(messagesText(*doubts), *doubts == 1 ? QStringLiteral("is") : QStringLiteral("are")));
    const QString effect =
        QStringLiteral("%1 (%2, %3) will be removed; %4.")
            .arg(whatGoes(*info, queue), profile->name, environmentWord(profile->environment),
                 options.noCopies
                     ? QStringLiteral("NO COPIES are kept, and nothing can undo it")
                     : QStringLiteral("copies are kept for %1 days").arg(Workspace::keepCopiesDays)) +
        stays;
    if (options.dryRun) {
        const QJsonObject plan{{QStringLiteral("queue"), queue},
                               {QStringLiteral("kind"), runKindWord(RunKind::Purge)},
                               {QStringLiteral("messages"), info->ready < 0 ? QJsonValue() : info->ready},
                               {QStringLiteral("keepsCopies"), !options.noCopies},
                               {QStringLiteral("inDoubt"), *doubts}};
        session.out().object({{QStringLiteral("plan"), plan}});
        session.out().line(effect);
        return exitcode::done;
    }
    if (typed.isEmpty()) {
        auto answer = session.terminal().askLine(effect + QStringLiteral("\nType the queue's name: "));
        if (!answer)
            return failure(std::move(answer.error()));
        typed = *answer;
        if (auto confirmed = GuardRail::confirmPurge(queue, typed); !confirmed)
            return failure(std::move(confirmed.error()));
    }
    if (info->hasSessions)
        session.out().notice(QStringLiteral("%1 has sessions: they are taken one after the other, and while "
                                            "one is held, its own consumer gets nothing of it.")
                                 .arg(queue));
    const QString reason = options.reason.empty() ? permit->reason() : text(options.reason);
    const auto copies = options.noCopies ? ReplayDesk::Copies::None : ReplayDesk::Copies::Kept;
    auto job = (*session.workspace())
                   ->replays()
                   .startPurge(*info, profile->name, typed, reason, *permit, **gateway, copies);
    if (!job)
        return failure(std::move(job.error()));
    return followRun(session, **job);
}

} // namespace
} // namespace purgecommand

void declarePurge(CommandSet& set) {
    using namespace purgecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("", "purge", "Remove every message of a queue, each with a copy",
                "  signalbox purge billing.dead --confirm billing.dead\n"
                "\nUndo with: signalbox restore RUN (copies are kept for 30 days), but not into dead-letter\n"
                "queues and subscriptions of Service Bus, to which nothing can be sent.\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    command->add_flag("--dry-run", options->dryRun, "Say what would go, and remove nothing");
    command->add_option("--confirm", options->confirmed, "The queue's name again, letter for letter");
    // Known only to say what stands in its place.
    command->add_flag("-y,--yes", options->yes)->group("");
    command->add_flag("--no-copies", options->noCopies,
                      "Service Bus: keep no copies, which is faster and cannot be undone");
    command->add_option("--reason", options->reason, "Why; kept in history and audit trail");
}

} // namespace signalbox
