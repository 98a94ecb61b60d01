#include "app/cli/session.h"

#include "app/cli/wait.h"

namespace signalbox {

Session::Session(Terminal terminal, SessionOptions options, Opener opener)
    : terminal_(std::move(terminal))
    , options_(std::move(options))
    , opener_(std::move(opener))
    , output_(terminal_, options_.json) {}

Session::~Session() = default;

Result<Workspace*> Session::workspace() {
    if (workspace_)
        return workspace_.get();
    auto opened = opener_(options_.workspaceFile, output_);
    if (!opened)
        return failure(std::move(opened.error()));
    workspace_ = std::move(*opened);
    if (!workspace_->notice().isEmpty())
        output_.notice(workspace_->notice());
    return workspace_.get();
}

Result<ConnectionProfile> Session::profile(const QString& name) {
    auto opened = workspace();
    if (!opened)
        return failure(std::move(opened.error()));
    const ConnectionRegistry& connections = (*opened)->connections();
    if (const ConnectionProfile* found = name.isEmpty() ? nullptr : connections.find(name))
        return *found;
    QStringList names;
    for (const ConnectionProfile& each : connections.profiles())
        names << each.name;
    if (names.isEmpty())
        return failure(ErrorKind::NotFound,
                       QStringLiteral("This workspace has no connection yet. Add one: signalbox connections "
                                      "add NAME --host HOST --user USER"),
                       (*opened)->file());
    if (!name.isEmpty())
        return failure(ErrorKind::NotFound, QStringLiteral("There is no connection \"%1\".").arg(name),
                       QStringLiteral("Connections: %1").arg(names.join(QStringLiteral(", "))));
    if (names.size() > 1)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("There are several connections; say which: --connection NAME"),
                       QStringLiteral("Connections: %1").arg(names.join(QStringLiteral(", "))));
    return connections.profiles().front();
}

Result<Session::EnvironmentPassword> Session::environmentPassword(const QString& connectionName) const {
    for (const QByteArray& variable : {passwordVariable(connectionName), passwordVariable({})}) {
        auto secret = variableSecret(variable, terminal_.variable);
        if (!secret)
            return failure(std::move(secret.error()));
        if (*secret)
            return EnvironmentPassword{variable, **secret};
    }
    return EnvironmentPassword();
}

Result<void> Session::askPassword(const ConnectionProfile& profile, const QString& why) {
    output_.notice(why);
    auto typed = terminal_.askSecret(
        QStringLiteral("Password of %1 at %2 (%3): ").arg(profile.user, profile.host, profile.name));
    if (!typed)
        return failure(std::move(typed.error()));
    workspace_->connections().provideSecret(profile.id, *typed);
    return {};
}

Result<BrokerGateway*> Session::connect(const ConnectionProfile& profile) {
    constexpr int tries = 3; // of a person; more would only lock the account somewhere
    auto opened = workspace();
    if (!opened)
        return failure(std::move(opened.error()));
    ConnectionRegistry& connections = (*opened)->connections();
    const auto given = environmentPassword(profile.name);
    if (!given && !profile.entersByCertificate())
        return failure(given.error());
    usedVariable_ = given ? given->variable : QByteArray();
    if (given && !given->variable.isEmpty())
        connections.provideSecret(profile.id, given->secret, QString::fromLatin1(given->variable));
    auto gateway = tryToConnect(profile);
    for (int asked = 0; asked < tries && !gateway; ++asked) {
        if (gateway.error().kind != ErrorKind::NotAuthenticated)
            break;
        const auto refused = connections.refusedLogin(profile.id);
        if (refused && !refused->ask)
            break;
        if (!terminal_.personAtInput)
            return refused ? std::move(gateway)
                           : Result<BrokerGateway*>(failure(
                                 ErrorKind::NotAuthenticated,
                                 QStringLiteral("The password of %1 is not known, and nobody is at the "
                                                "terminal to type it. Set the environment variable %2.")
                                     .arg(profile.name, QString::fromLatin1(passwordVariable(profile.name))),
                                 gateway.error().summary));
        if (auto typed = askPassword(profile, gateway.error().summary); !typed)
            return failure(std::move(typed.error()));
        gateway = tryToConnect(profile);
    }
    return gateway;
}

Result<BrokerGateway*> Session::tryToConnect(const ConnectionProfile& profile) {
    ConnectionRegistry& connections = workspace_->connections();
    auto gateway = waitFor(connections.connect(profile.id));
    if (!gateway)
        return gateway;
    auto up = awaitLink(**gateway, profile);
    if (up)
        return up;
    if (auto refused = connections.refusedLogin(profile.id))
        return failure(std::move(refused->why));
    return up;
}

Result<BrokerGateway*> Session::awaitLink(BrokerGateway& gateway, const ConnectionProfile& profile) {
    constexpr int patienceMs = 30000;
    const auto up = [&gateway] {
        return gateway.linkState() == LinkState::Connected || gateway.linkState() == LinkState::Blocked;
    };
    // Waiting: the first try failed. The window tries on; a command says so and ends.
    const auto known = [&gateway, &up] {
        return up() || gateway.linkState() == LinkState::Failed || gateway.linkState() == LinkState::Waiting;
    };
    output_.progress(QStringLiteral("connecting to %1 ...").arg(profile.name));
    const bool answered = waitUntil(known, OnInterrupt::Return, patienceMs);
    output_.endProgress();
    if (up())
        return &gateway;
    if (!answered && gateway.linkState() == LinkState::Connecting)
        return failure(ErrorKind::CannotConnect,
                       QStringLiteral("Cannot connect to %1: no answer from %2:%3.")
                           .arg(profile.name, profile.host, QString::number(profile.port)));
    Error error{ErrorKind::CannotConnect, QStringLiteral("Cannot connect to %1.").arg(profile.name),
                gateway.linkDetail()};
    // Failed: it was refused, and will be again. RabbitMQ tells a refused login from other refusals.
    const bool isRefused =
        gateway.linkState() == LinkState::Failed && profile.technology == technology::serviceBus;
    return failure(isRefused ? withVariable(std::move(error)) : std::move(error));
}

Result<WritePermit> Session::permit(const ConnectionProfile& profile) {
    auto opened = workspace();
    if (!opened)
        return failure(std::move(opened.error()));
    auto permit = (*opened)->connections().permit(profile.id);
    if (!permit)
        return failure(withElevationHint(std::move(permit.error()), profile));
    return permit;
}

Error Session::withElevationHint(Error error, const ConnectionProfile& profile) {
    if (error.kind == ErrorKind::NotAllowed)
        error.detail =
            QStringLiteral("signalbox elevate %1 --reason \"why\" --minutes %2")
                .arg(profile.name.contains(QLatin1Char(' ')) ? QStringLiteral("\"%1\"").arg(profile.name)
                                                             : profile.name,
                     QString::number(GuardRail::elevationMinutes));
    return error;
}

Error Session::withVariable(Error error) const {
    const QString variable = QString::fromLatin1(usedVariable_);
    if (!variable.isEmpty() && !error.summary.contains(variable) && !error.detail.contains(variable))
        error.detail =
            (error.detail + QStringLiteral("\nThe credential comes from the environment variable %1: "
                                           "set the right one.")
                                .arg(variable))
                .trimmed();
    return error;
}

// A link may stand before a credential is looked at, so any answer of the broker can be the one that refuses
// it.
Error Session::withSecretHint(Error error) const {
    return error.kind == ErrorKind::NotAuthenticated ? withVariable(std::move(error)) : error;
}

Result<void> Session::confirm(const QString& question, bool yes) {
    if (yes)
        return {};
    if (!terminal_.personAtInput || options_.json)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Nothing was done: nobody is at the terminal to agree. Add --yes."),
                       question);
    auto answer = terminal_.askLine(printable(question) + QStringLiteral(" [y/N] "));
    if (!answer)
        return failure(std::move(answer.error()));
    const QString word = answer->trimmed().toLower();
    if (word == QStringLiteral("y") || word == QStringLiteral("yes"))
        return {};
    return failure(ErrorKind::Cancelled, QStringLiteral("Nothing was done."));
}

} // namespace signalbox
