#include "app/cli/commandset.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

#include <algorithm>

namespace signalbox {

namespace connectionstestcommand {
namespace {

// The steps after which a work-day is possible; without the others there is only less to see.
bool isNeeded(const TestStep& step) {
    return step.name != QStringLiteral("Management API");
}

// Empty: the registry takes the keychain's.
Result<Secret> secretFor(Session& session, const ConnectionProfile& profile) {
    const auto given = session.environmentPassword(profile.name);
    if (given && !given->variable.isEmpty())
        return given->secret;
    if (profile.entersByCertificate())
        return Secret();
    if (!given)
        return failure(given.error());
    auto kept = waitFor((*session.workspace())->secrets().read(profile.id));
    if (kept || kept.error().kind == ErrorKind::Cancelled)
        return kept;
    if (session.terminal().personAtInput && !session.out().json())
        return session.terminal().askSecret(
            profile.technology == technology::serviceBus
                ? QStringLiteral("Connection string of %1: ").arg(profile.name)
                : QStringLiteral("Password of %1 at %2: ").arg(profile.user, profile.host));
    session.out().notice(QStringLiteral("The password is not known (%1), so the login is tried without one. "
                                        "Set %2.")
                             .arg(kept.error().summary, QString::fromLatin1(passwordVariable(profile.name))));
    return Secret();
}

Result<int> run(Session& session, const QString& name) {
    auto profile = session.profile(name);
    if (!profile)
        return failure(std::move(profile.error()));
    ConnectionRegistry& connections = (*session.workspace())->connections();
    auto secret = secretFor(session, *profile);
    if (!secret)
        return failure(std::move(secret.error()));
    if (const QString warning = managementWarning(*profile); !warning.isEmpty())
        session.out().notice(warning);
    session.out().progress(QStringLiteral("testing %1 ...").arg(profile->name));
    auto steps = waitFor(connections.test(*profile, *secret));
    session.out().endProgress();
    if (!steps)
        return failure(std::move(steps.error()));
    for (const TestStep& step : *steps) {
        session.out().object(shapes::step(step));
        session.out().line(QStringLiteral("%1  %2  %3")
                               .arg(step.name.leftJustified(15),
                                    shapes::stepWord(step.state).leftJustified(7), printable(step.result)));
    }
    const auto given = session.environmentPassword(profile->name);
    const bool isRefused = std::any_of(steps->begin(), steps->end(), [](const TestStep& step) {
        return step.name == QLatin1String("Login") && step.state == TestStep::State::Failed;
    });
    if (isRefused && given && !given->variable.isEmpty())
        session.out().notice(QStringLiteral("The password came from the environment variable %1.")
                                 .arg(QString::fromLatin1(given->variable)));
    const auto is = [&](TestStep::State state, bool needed) {
        return std::any_of(steps->begin(), steps->end(), [&](const TestStep& step) {
            return step.state == state && isNeeded(step) == needed;
        });
    };
    if (is(TestStep::State::Failed, true))
        return exitcode::refused;
    if (is(TestStep::State::Failed, false) || is(TestStep::State::Warned, true) ||
        is(TestStep::State::Warned, false))
        return exitcode::partly;
    return exitcode::done;
}

} // namespace
} // namespace connectionstestcommand

void declareConnectionsTest(CommandSet& set) {
    using namespace connectionstestcommand;
    auto name = std::make_shared<std::string>();
    CLI::App* command =
        set.add("connections", "test", "Go through the steps of connecting and name the one that fails",
                "  signalbox connections test shop\n"
                "\nExit code 0: all passed. 1: it works with less (no management API, a right is missing).\n"
                "3: it does not work.\n",
                [name](Session& session) { return run(session, text(*name)); });
    command->add_option("name", *name, "Connection; may be left out when there is only one");
}

} // namespace signalbox
