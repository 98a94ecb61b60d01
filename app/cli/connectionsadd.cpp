#include "app/cli/commandset.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"
#include "app/servicebus/servicebusprofile.h"

namespace signalbox {

namespace connectionsaddcommand {
namespace {

struct Options {
    std::string name;
    // Not given: a new connection gets the usual value, a saved one keeps its own.
    std::optional<std::string> host, virtualHost, user, environment, management;
    std::optional<int> port, heartbeat;
    bool tls = false, noTls = false, verify = false, noVerify = false;
    std::optional<std::string> ca, certificate, key, serverName;
    bool replace = false;
    bool noPassword = false;
    bool savePassword = false;
    bool serviceBus = false;
};

// What is given takes effect; the rest stays as in `start`, which is the saved connection or a new one's
// values.
Result<ConnectionProfile> profileFrom(const Options& options, ConnectionProfile start) {
    constexpr int plainPort = 5672;
    constexpr int tlsPort = 5671;
    const auto take = [](const std::optional<std::string>& given, QString& field) {
        if (given)
            field = text(*given);
    };
    ConnectionProfile profile = std::move(start);
    const bool hadTls = profile.tls.enabled;
    take(options.name, profile.name);
    take(options.host, profile.host);
    take(options.virtualHost, profile.virtualHost);
    take(options.user, profile.user);
    take(options.management, profile.managementUrl);
    profile.heartbeatSeconds = options.heartbeat.value_or(profile.heartbeatSeconds);
    take(options.ca, profile.tls.caFile);
    take(options.certificate, profile.tls.certificateFile);
    take(options.key, profile.tls.keyFile);
    take(options.serverName, profile.tls.serverName);
    profile.tls.verify = options.verify || (profile.tls.verify && !options.noVerify);
    const auto speaksOfTls = [](const std::optional<std::string>& given) { return given && !given->empty(); };
    const bool wantsTls = speaksOfTls(options.ca) || speaksOfTls(options.certificate) ||
                          speaksOfTls(options.serverName) || options.noVerify;
    profile.tls.enabled = options.tls || (!options.noTls && (hadTls || wantsTls));
    // The usual port follows TLS; one of one's own stays.
    if (options.port)
        profile.port = *options.port;
    else if (profile.tls.enabled != hadTls && profile.port == (hadTls ? tlsPort : plainPort))
        profile.port = profile.tls.enabled ? tlsPort : plainPort;
    if (options.environment) {
        const auto environment = environmentFromWord(text(*options.environment));
        if (!environment)
            return failure(ErrorKind::Invalid,
                           QStringLiteral("--environment is development, test or production, not \"%1\".")
                               .arg(text(*options.environment)));
        profile.environment = *environment;
    }
    return profile;
}

// A typed password goes to the keychain. One from the environment is there for this call and is kept only
// when that is asked for, so that scripts leave nothing behind.
Result<std::optional<Secret>> secretToKeep(Session& session, const Options& options,
                                           const ConnectionProfile& profile) {
    if (options.noPassword || profile.user.isEmpty())
        return std::optional<Secret>();
    const auto given = session.environmentPassword(profile.name);
    if (!given)
        return failure(given.error());
    if (!given->variable.isEmpty())
        return options.savePassword ? std::optional(given->secret) : std::nullopt;
    if (!session.terminal().personAtInput || session.out().json())
        return std::optional<Secret>();
    auto typed =
        session.terminal().askSecret(QStringLiteral("Password of %1 (empty: ask later): ").arg(profile.user));
    if (!typed)
        return failure(std::move(typed.error()));
    return typed->isEmpty() ? std::optional<Secret>() : std::optional(*typed);
}

struct Wanted {
    ConnectionProfile profile;
    std::optional<Secret> secret; // to keep
};

// The connection string says where the namespace is, and is the secret at once.
Result<Wanted> serviceBusFrom(Session& session, const Options& options, ConnectionProfile start) {
    const auto given = session.environmentPassword(text(options.name));
    if (!given)
        return failure(given.error());
    Secret string = given->secret;
    if (string.isEmpty()) {
        if (!session.terminal().personAtInput || session.out().json())
            return failure(
                ErrorKind::Invalid,
                QStringLiteral("The connection string is needed, and nobody is at the terminal to type it. "
                               "Set the environment variable %1 to it.")
                    .arg(QString::fromLatin1(passwordVariable(text(options.name)))));
        auto typed =
            session.terminal().askSecret(QStringLiteral("Connection string of %1: ").arg(text(options.name)));
        if (!typed)
            return failure(std::move(typed.error()));
        string = *typed;
    }
    QStringList notes;
    auto profile = serviceBusProfile(std::move(start), string, notes);
    if (!profile)
        return failure(std::move(profile.error()));
    // A forwarded port or a proxy may stand in for the one that the string implies.
    profile->port = options.port.value_or(profile->port);
    if (options.management)
        profile->managementUrl = text(*options.management);
    for (const QString& note : std::as_const(notes))
        session.out().notice(note);
    const bool keeps = !options.noPassword && (given->variable.isEmpty() || options.savePassword);
    return Wanted{std::move(*profile), keeps ? std::optional(string) : std::nullopt};
}

Result<Wanted> wantedFrom(Session& session, const Options& options, const ConnectionProfile& start) {
    auto profile = profileFrom(options, start);
    if (!profile)
        return failure(std::move(profile.error()));
    if (options.serviceBus)
        return serviceBusFrom(session, options, std::move(*profile));
    if (auto valid = validate(*profile); !valid && !profile->id.isEmpty())
        return failure(std::move(valid.error()));
    auto secret = secretToKeep(session, options, *profile);
    if (!secret)
        return failure(std::move(secret.error()));
    return Wanted{std::move(*profile), std::move(*secret)};
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ConnectionRegistry& connections = (*workspace)->connections();
    const ConnectionProfile* old = connections.find(text(options.name));
    if (!old && options.replace)
        return failure(
            ErrorKind::NotFound,
            QStringLiteral("There is no connection \"%1\" to change. Without --replace it is added.")
                .arg(text(options.name)));
    if (old && !options.replace)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("There is a connection \"%1\" already. Add --replace to change it.")
                           .arg(old->name));
    const std::optional<ConnectionProfile> basis = old ? std::optional(*old) : std::nullopt;
    auto wanted = wantedFrom(session, options, basis.value_or(ConnectionProfile()));
    if (!wanted)
        return failure(std::move(wanted.error()));
    auto saved = waitFor(connections.save(wanted->profile, wanted->secret), OnInterrupt::Finish);
    if (!saved && saved.error().kind == ErrorKind::NotAllowed)
        saved.error() = Session::withElevationHint(std::move(saved.error()), wanted->profile);
    if (!saved && saved.error().kind != ErrorKind::Unsupported)
        return failure(std::move(saved.error()));
    if (!saved)
        session.out().notice(
            QStringLiteral("The password was not kept: %1 It is asked at each start, or taken from %2.")
                .arg(saved.error().summary, QString::fromLatin1(passwordVariable(wanted->profile.name))));
    const ConnectionProfile* kept = connections.find(wanted->profile.name);
    if (!kept)
        return failure(ErrorKind::Internal, QStringLiteral("The connection was not kept."));
    if (const QString warning = managementWarning(*kept); !warning.isEmpty())
        session.out().notice(warning);
    session.out().object(shapes::connection(*kept, std::nullopt));
    if (kept->technology == technology::serviceBus)
        session.out().line(QStringLiteral("Saved connection %1 (%2): namespace %3, port %4, %5, %6.")
                               .arg(kept->name, environmentWord(kept->environment), kept->host,
                                    QString::number(kept->port),
                                    kept->user.isEmpty() ? QStringLiteral("a ready-made token")
                                                         : QStringLiteral("key ") + kept->user,
                                    kept->virtualHost == QLatin1String("/")
                                        ? QStringLiteral("all entities")
                                        : QStringLiteral("entity ") + kept->virtualHost));
    else
        session.out().line(QStringLiteral("Saved connection %1 (%2): %3@%4:%5, virtual host %6.")
                               .arg(kept->name, environmentWord(kept->environment), kept->user, kept->host,
                                    QString::number(kept->port), kept->virtualHost));
    return exitcode::done;
}

} // namespace
} // namespace connectionsaddcommand

void declareConnectionsAdd(CommandSet& set) {
    using namespace connectionsaddcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "connections", "add", "Save a connection; the password is asked, never given as an argument",
        "  signalbox connections add shop --host mq.example.com --user ops \\\n"
        "      --management https://mq.example.com:15671 --environment production --tls\n"
        "  SIGNALBOX_PASSWORD_SHOP=... signalbox connections add shop --user ops --save-password\n"
        "  signalbox connections add shop-bus --service-bus    (asks for the connection string)\n"
        "\nWith --replace a production connection becomes another one only while it is elevated.\n"
        "A password from SIGNALBOX_PASSWORD_<NAME> or SIGNALBOX_PASSWORD is used but not kept, unless\n"
        "--save-password puts it into the system's keychain. A typed one goes to the keychain.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("name", options->name, "Name, unique in the workspace")->required();
    command->add_option("--host", options->host, "Host name or address [localhost]");
    command->add_option("--port", options->port, "AMQP port [5672, with TLS 5671]")
        ->check(wholeNumber(1, 65535));
    command->add_option("--vhost", options->virtualHost, "Virtual host [/]");
    set.mayBeEmpty(
        command->add_option("--user", options->user, "User name; empty: by client certificate [guest]"));
    command->add_option("--environment", options->environment,
                        "development, test or production [development]");
    set.mayBeEmpty(
        command->add_option("--management", options->management,
                            "URL of the management API, e.g. http://localhost:15672; empty: none"));
    command->add_option("--heartbeat", options->heartbeat, "Seconds [30]")
        ->check(wholeNumber(0, std::numeric_limits<int>::max()));
    CLI::Option* tls = command->add_flag("--tls", options->tls, "Use TLS");
    command->add_flag("--no-tls", options->noTls, "With --replace: no longer use TLS")->excludes(tls);
    set.mayBeEmpty(command->add_option("--ca", options->ca, "CA certificates (PEM); empty: the system's"));
    set.mayBeEmpty(
        command->add_option("--cert", options->certificate, "Client certificate (PEM); empty: none"));
    set.mayBeEmpty(command->add_option("--key", options->key, "Key of the client certificate (PEM)"));
    set.mayBeEmpty(
        command->add_option("--server-name", options->serverName, "Name to check; empty: the host's own"));
    CLI::Option* verify = command->add_flag("--verify", options->verify,
                                            "With --replace: check the server's certificate again");
    command->add_flag("--no-verify", options->noVerify, "Do not check the server's certificate (dangerous)")
        ->excludes(verify);
    command->add_flag(
        "--service-bus", options->serviceBus,
        "An Azure Service Bus namespace: the secret is its connection string, which says host, port and key");
    command->add_flag("--replace", options->replace,
                      "Change the connection of that name: what is given, and nothing else");
    command->add_flag("--no-password", options->noPassword, "Do not ask for a password now");
    command->add_flag("--save-password", options->savePassword,
                      "Put the password of the environment variable into the keychain");
}

} // namespace signalbox
