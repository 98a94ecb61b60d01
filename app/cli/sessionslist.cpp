#include "app/cli/commandset.h"
#include "app/cli/sessions.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"
#include "models/deadletters/snapshotbody.h"

namespace signalbox {

namespace sessionslistcommand {
namespace {

struct Options {
    std::string queue, connection;
    int most = 1000;
};

QString stateText(const BusSession& session) {
    if (!session.state)
        return {};
    return looksLikeText(*session.state) ? QString::fromUtf8(*session.state).simplified()
                                         : QStringLiteral("(bytes)");
}

Result<int> run(Session& session, const Options& options) {
    const QString queue = text(options.queue);
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    auto directory = sessionsOf(**gateway, queue);
    if (!directory)
        return failure(std::move(directory.error()));
    auto listing = waitFor((*directory)->sessions(queue, options.most));
    if (!listing)
        return failure(std::move(listing.error()));
    TextTable table({QStringLiteral("session"), QStringLiteral("messages"), QStringLiteral("state bytes"),
                     QStringLiteral("state")});
    for (const BusSession& each : listing->sessions) {
        session.out().object(shapes::session(each));
        table.add({each.id, each.hasMessages ? QStringLiteral("yes") : QStringLiteral("none"),
                   each.state         ? QString::number(each.state->size())
                   : each.isStateTold ? QStringLiteral("-")
                                      : QStringLiteral("?"),
                   stateText(each)});
    }
    if (table.isEmpty())
        session.out().line(QStringLiteral("%1 has no session with messages or state.").arg(queue));
    else
        table.flush(session.out());
    if (!listing->isWhole)
        session.out().notice(QStringLiteral("There are more sessions than these %1: see --most.")
                                 .arg(listing->sessions.size()));
    return listing->isWhole ? exitcode::done : exitcode::partly;
}

} // namespace
} // namespace sessionslistcommand

Result<SessionDirectory*> sessionsOf(BrokerGateway& gateway, const QString& queue) {
    SessionDirectory* directory = gateway.sessions();
    if (!directory)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("Sessions are of Azure Service Bus; this broker has none."));
    const auto info = waitFor(gateway.queue(queue));
    if (!info)
        return failure(info.error());
    // Without the management API the service itself tells.
    if (info->missing.isEmpty() && !info->hasSessions)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("%1 has no sessions: its messages are given to receivers one by one.").arg(queue));
    return directory;
}

void declareSessionsList(CommandSet& set) {
    using namespace sessionslistcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "sessions", "list", "List the sessions of a Service Bus queue or subscription with their state",
        "  signalbox sessions list orders\n"
        "  signalbox sessions list events/Subscriptions/audit --json\n"
        "  signalbox deadletters list orders --where 'session = \"order-7\"'\n"
        "\nThose with messages that wait for a receiver, and those with state. Nothing is locked.\n"
        "Exit code 1: there are more than were listed.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue or subscription with sessions")->required();
    addConnectionOption(*command, options->connection);
    command->add_option("--most", options->most, "List at most so many (1000)")
        ->check(wholeNumber(1, 1000000));
}

} // namespace signalbox
