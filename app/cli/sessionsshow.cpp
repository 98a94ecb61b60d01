#include "app/cli/bodytext.h"
#include "app/cli/commandset.h"
#include "app/cli/sessions.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace sessionsshowcommand {
namespace {

struct Options {
    std::string queue, id, connection;
    bool stateOnly = false;
    bool full = false;
};

void showPeople(Output& out, const QString& queue, const BusSession& found, bool full) {
    out.line(QStringLiteral("Session %1 of %2").arg(printable(found.id), printable(queue)));
    out.line(found.hasMessages ? QStringLiteral("Messages wait in it.")
                               : QStringLiteral("No message waits in it."));
    if (!found.isStateTold) {
        out.line(
            QStringLiteral("Its state is not told: the service gives it only to who holds the session."));
        return;
    }
    if (!found.state) {
        out.line(QStringLiteral("It has no state."));
        return;
    }
    Message state;
    state.body = *found.state;
    state.bodySize = found.state->size();
    out.line();
    out.line(QStringLiteral("State, %1 bytes").arg(found.state->size()));
    const QStringList lines = bodyLines(state, full);
    for (const QString& line : lines.mid(1)) // without the headline of a body
        out.line(line);
}

Result<int> run(Session& session, const Options& options) {
    if (options.stateOnly && session.out().json())
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--state gives bytes, not JSON: leave out --json, or leave out --state "
                                      "and take state, which is Base64."));
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
    const auto found = waitFor((*directory)->session(queue, text(options.id)));
    if (!found)
        return failure(found.error());
    if (!found->hasMessages && !found->state && found->isStateTold)
        return failure(
            ErrorKind::NotFound,
            QStringLiteral("%1 has no session %2: neither messages nor state. See signalbox sessions "
                           "list %1.")
                .arg(queue, found->id));
    if (options.stateOnly) {
        if (!found->state)
            return failure(
                ErrorKind::NotFound,
                (found->isStateTold
                     ? QStringLiteral("Session %1 has no state.")
                     : QStringLiteral("The service does not tell the state of session %1 to who does "
                                      "not hold it."))
                    .arg(found->id));
        session.out().raw(*found->state);
        return exitcode::done;
    }
    session.out().object(shapes::session(*found));
    if (!session.out().json())
        showPeople(session.out(), queue, *found, options.full);
    return exitcode::done;
}

} // namespace
} // namespace sessionsshowcommand

void declareSessionsShow(CommandSet& set) {
    using namespace sessionsshowcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("sessions", "show", "Show one session: whether messages wait, and its state",
                                "  signalbox sessions show orders order-7\n"
                                "  signalbox sessions show orders order-7 --state > state.bin\n",
                                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue or subscription with sessions")->required();
    command->add_option("session", options->id, "Id of the session")->required();
    addConnectionOption(*command, options->connection);
    command->add_flag("--state", options->stateOnly, "Only the state, byte for byte");
    command->add_flag("--full", options->full, "The whole state, however long");
}

} // namespace signalbox
