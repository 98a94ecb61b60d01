#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/runs.h"
#include "app/cli/selection.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace replayruncommand {
namespace {

struct Options {
    std::string queue, connection, where, text, reason;
    std::vector<qint64> ids;
    bool toOrigin = false;
    bool toOriginExchange = false;
    std::string toExchange, routingKey, toQueue;
    CLI::Option* exchangeGiven = nullptr; // the default exchange has an empty name
    CLI::Option* keyGiven = nullptr;      // and a key may be empty
    qint64 limit = 0;
    double rate = 0;
    qint64 first = 0;
    bool keepDeathHeaders = false, restoreExpiration = false, stripExpiration = false, stripPriority = false,
         stripUserId = false;
    bool noMarker = false, allowRepeat = false, newMessageId = false, noTransaction = false;
    std::string at;
    bool refresh = false, dryRun = false, yes = false;
    std::string from, order;
};

Result<void> checkDestination(const Options& options) {
    const bool toExchange = options.exchangeGiven->count() > 0;
    const bool withKey = options.keyGiven->count() > 0;
    if (withKey && !toExchange)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--routing-key counts only together with --to-exchange."));
    if (toExchange && options.toExchange.empty() && options.routingKey.empty())
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--to-exchange names no exchange. The default exchange (\"\") needs "
                                      "--routing-key with the name of a queue."));
    return {};
}

// Only Service Bus schedules, and only there a new id changes what the broker does; it has no routing keys.
Result<QDateTime> chosenTime(const Options& options, const ConnectionProfile& profile) {
    if (profile.technology == technology::serviceBus && options.keyGiven->count() > 0)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("--routing-key is for RabbitMQ, and %1 is Service Bus: --to-queue names "
                           "the queue or topic.")
                .arg(profile.name));
    if (profile.technology != technology::serviceBus && (options.newMessageId || !options.at.empty()))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--new-message-id and --at are for Service Bus, and %1 is RabbitMQ.")
                           .arg(profile.name));
    return options.at.empty() ? Result<QDateTime>(QDateTime()) : enqueueTime(text(options.at));
}

ReplayOptions replayOptions(const Options& options) {
    using Kind = ReplayDestination::Kind;
    ReplayOptions chosen;
    if (options.toOriginExchange)
        chosen.destination.kind = Kind::OriginExchange;
    else if (options.exchangeGiven->count() > 0)
        chosen.destination.kind = Kind::Exchange;
    else if (!options.toQueue.empty())
        chosen.destination.kind = Kind::Queue;
    chosen.destination.exchange = text(options.toExchange);
    chosen.destination.routingKey = text(options.routingKey);
    chosen.destination.queue = text(options.toQueue);
    chosen.deathHeaders = options.keepDeathHeaders ? KeepOrStrip::Keep : KeepOrStrip::Strip;
    chosen.priority = options.stripPriority ? KeepOrStrip::Strip : KeepOrStrip::Keep;
    chosen.userId = options.stripUserId ? KeepOrStrip::Strip : KeepOrStrip::Keep;
    chosen.expiration = options.stripExpiration ? KeepOrStrip::Strip : KeepOrStrip::Keep;
    chosen.restoreExpiration = options.restoreExpiration;
    chosen.messageId = options.newMessageId ? KeepOrStrip::Strip : KeepOrStrip::Keep;
    chosen.markAttempts = !options.noMarker;
    chosen.allowRepeat = options.allowRepeat;
    chosen.separately = options.noTransaction;
    chosen.ratePerSecond = options.rate;
    chosen.limit = options.limit;
    return chosen;
}

Result<int> run(Session& session, const Options& options) {
    if (auto fine = checkDestination(options); !fine)
        return failure(std::move(fine.error()));
    auto selection = parseSelection(options.where, options.text, options.ids);
    if (!selection)
        return failure(std::move(selection.error()));
    const auto order = setOrder(*selection, options.order);
    if (!order)
        return failure(order.error());
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    const auto enqueueAt = chosenTime(options, *profile);
    if (!enqueueAt)
        return failure(enqueueAt.error());
    if (!options.dryRun) {
        if (auto permit = session.permit(*profile); !permit)
            return failure(std::move(permit.error()));
    }
    tellUnfinished(session);
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    auto read =
        readSelected(session, *profile,
                     {text(options.queue), options.refresh, options.first, text(options.from)}, *selection);
    if (!read)
        return failure(std::move(read.error()));
    const std::shared_ptr<Snapshot> snapshot = std::move(*read);
    auto routing = waitFor((*gateway)->routing());
    if (!routing && routing.error().kind == ErrorKind::Cancelled)
        return failure(std::move(routing.error()));

    PlannedRun planned;
    planned.request.kind = RunKind::Replay;
    planned.request.source = snapshot->info().source;
    planned.request.connectionName = profile->name;
    planned.request.sourceIsStream = snapshot->info().queueType == queueTypeWord(QueueType::Stream);
    planned.request.options = replayOptions(options);
    planned.request.options.enqueueAt = *enqueueAt;
    planned.request.options.order = sortOrderText(*order);
    planned.request.routing = routing ? *routing : RoutingTable();
    planned.request.connectionUser = profile->user;
    planned.request.reason = text(options.reason);
    setBudget(planned.request, **gateway, snapshot);
    const Conventions& conventions = (*session.workspace())->conventions();
    planned.inputs = [snapshot, selection = *selection, &conventions] {
        return planInputs(snapshot, selection, conventions);
    };
    planned.dryRun = options.dryRun;
    planned.yes = options.yes;
    planned.question = QStringLiteral("Send %1 %2 (%3, %4)?")
                           .arg(QStringLiteral("%1"),
                                destinationText(planned.request.options.destination,
                                                profile->technology == technology::serviceBus),
                                profile->name, environmentWord(profile->environment));
    return planAndRun(session, *profile, **gateway, std::move(planned));
}

void declareChoices(CommandSet& set, CLI::App& command, Options& options) {
    CLI::Option_group* where = command.add_option_group("Destination", "one of; default --to-origin");
    where->add_flag("--to-origin", options.toOrigin, "Back to the queue each message died in first");
    where->add_flag("--to-origin-exchange", options.toOriginExchange,
                    "To its original exchange and keys: every bound queue gets a copy");
    options.exchangeGiven = where->add_option("--to-exchange", options.toExchange,
                                              "To this exchange; \"\", the default one, only with a key");
    where->add_option("--to-queue", options.toQueue, "To this queue");
    where->require_option(0, 1);
    options.keyGiven = command.add_option("--routing-key", options.routingKey,
                                          "With --to-exchange: this key instead of the original ones");
    set.mayBeEmpty(options.exchangeGiven);
    set.mayBeEmpty(options.keyGiven);
    command.add_option("--limit", options.limit, "Send at most so many, refused ones not counted; 0 = all")
        ->check(wholeNumber(0));
    command
        .add_option("--rate", options.rate, "At most so many a second; 0 = as fast as the broker takes it")
        ->check(rateNumber());
    addOrderOption(
        command, options.order,
        "Send in the order of this column, e.g. first_death or 'position desc', not in the queue's");
    command.add_flag("--keep-death-headers", options.keepDeathHeaders,
                     "Keep x-death; consumers may take its count as a retry limit");
    CLI::Option* restore = command.add_flag("--restore-expiration", options.restoreExpiration,
                                            "Put the time to live back that the message died with");
    command
        .add_flag("--strip-expiration", options.stripExpiration,
                  "Remove an expiration the message still has: it does not expire on its way")
        ->excludes(restore);
    command.add_flag("--strip-priority", options.stripPriority, "Remove the priority");
    command.add_flag("--strip-user-id", options.stripUserId,
                     "Remove a user id that differs from the connection's user");
    command.add_flag("--new-message-id", options.newMessageId,
                     "Service Bus: give each message a new id, so that duplicate detection lets it pass");
    command.add_option("--at", options.at,
                       "Service Bus: enqueue at this time (ISO 8601, 2026-11-27T18:00:00Z), not now");
    command.add_flag("--no-marker", options.noMarker, "Do not count the attempt in a header");
    command.add_flag("--allow-repeat", options.allowRepeat, "Send messages that were replayed before, too");
    command.add_flag("--no-transaction", options.noTransaction,
                     "Service Bus: send first and complete then, not both in one transaction");
}

} // namespace
} // namespace replayruncommand

void declareReplayRun(CommandSet& set) {
    using namespace replayruncommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "replay", "run", "Send dead letters again: plan, agree, run, remove what was confirmed",
        "  signalbox replay run billing.dead --dry-run\n"
        "  signalbox replay run billing.dead --where 'exception contains \"Timeout\"' --limit 10\n"
        "  signalbox replay run billing.dead --to-exchange orders --routing-key order.created --yes\n"
        "\nA message is removed from its queue only after the broker has confirmed the new copy. A run that\n"
        "is cut short is taken up by: signalbox replay resume\n"
        "\nExit code 0: all sent. 1: some were refused by the plan (not: beyond --limit), failed, were "
        "missing\n"
        "or are in doubt.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue with the dead letters")->required();
    addConnectionOption(*command, options->connection);
    addWhereOption(*command, options->where);
    addTextOption(*command, options->text);
    addIdOption(*command, options->ids);
    declareChoices(set, *command, *options);
    command->add_flag("--refresh", options->refresh, "Read the queue again first");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(wholeNumber(0));
    addFromOption(*command, options->from);
    command->add_option("--reason", options->reason, "Why; kept in history and audit trail");
    command->add_flag("--dry-run", options->dryRun, "Show the plan, send nothing");
    addYesOption(*command, options->yes);
}

} // namespace signalbox
