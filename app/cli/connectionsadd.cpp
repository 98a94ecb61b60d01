#include "app/cli/commandset.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace connectionsaddcommand {
namespace {

struct Options {
    std::string name;
    std::string host = "localhost";
    int port = 0;
    std::string virtualHost = "/";
    std::string user = "guest";
    std::string environment = "development";
    std::string management;
    int heartbeat = 30;
    bool tls = false;
    std::string ca, certificate, key, serverName;
    bool noVerify = false;
    bool replace = false;
    bool noPassword = false;
    bool savePassword = false;
};

Result<ConnectionProfile> profileFrom(const Options& options) {
    constexpr int plainPort = 5672;
    constexpr int tlsPort = 5671;
    ConnectionProfile profile;
    profile.name = text(options.name);
    profile.host = text(options.host);
    profile.virtualHost = text(options.virtualHost);
    profile.user = text(options.user);
    profile.managementUrl = text(options.management);
    profile.heartbeatSeconds = options.heartbeat;
    profile.tls.enabled = options.tls || !options.ca.empty() || !options.certificate.empty() ||
                          !options.serverName.empty() || options.noVerify;
    profile.tls.caFile = text(options.ca);
    profile.tls.certificateFile = text(options.certificate);
    profile.tls.keyFile = text(options.key);
    profile.tls.serverName = text(options.serverName);
    profile.tls.verify = !options.noVerify;
    profile.port = options.port != 0 ? options.port : profile.tls.enabled ? tlsPort : plainPort;
    const auto environment = environmentFromWord(text(options.environment));
    if (!environment)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--environment is development, test or production, not \"%1\".")
                           .arg(text(options.environment)));
    profile.environment = *environment;
    return profile;
}

// A typed password goes to the keychain. One from the environment is there for this call and is kept only
// when that is asked for, so that scripts leave nothing behind.
Result<std::optional<Secret>> secretToKeep(Session& session, const Options& options,
                                           const ConnectionProfile& profile) {
    if (options.noPassword || profile.user.isEmpty())
        return std::optional<Secret>();
    if (auto given = session.environmentSecret(profile.name))
        return options.savePassword ? given : std::nullopt;
    if (!session.terminal().personAtInput || session.out().json())
        return std::optional<Secret>();
    auto typed =
        session.terminal().askSecret(QStringLiteral("Password of %1 (empty: ask later): ").arg(profile.user));
    if (!typed)
        return failure(std::move(typed.error()));
    return typed->isEmpty() ? std::optional<Secret>() : std::optional(*typed);
}

Result<int> run(Session& session, const Options& options) {
    auto profile = profileFrom(options);
    if (!profile)
        return failure(std::move(profile.error()));
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ConnectionRegistry& connections = (*workspace)->connections();
    if (const ConnectionProfile* old = connections.find(profile->name)) {
        if (!options.replace)
            return failure(ErrorKind::Invalid,
                           QStringLiteral("There is a connection \"%1\" already. Add --replace to change it.")
                               .arg(old->name));
        profile->id = old->id;
    }
    if (auto valid = validate(*profile); !valid && !profile->id.isEmpty())
        return failure(std::move(valid.error()));
    auto secret = secretToKeep(session, options, *profile);
    if (!secret)
        return failure(std::move(secret.error()));
    auto saved = waitFor(connections.save(*profile, *secret), OnInterrupt::Finish);
    if (!saved && saved.error().kind != ErrorKind::Unsupported)
        return failure(std::move(saved.error()));
    if (!saved)
        session.out().notice(
            QStringLiteral("The password was not kept: %1 It is asked at each start, or taken from %2.")
                .arg(saved.error().summary, QString::fromLatin1(passwordVariable(profile->name))));
    const ConnectionProfile* kept = connections.find(profile->name);
    if (!kept)
        return failure(ErrorKind::Internal, QStringLiteral("The connection was not kept."));
    session.out().object(shapes::connection(*kept, std::nullopt));
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
        "\nA password from SIGNALBOX_PASSWORD_<NAME> or SIGNALBOX_PASSWORD is used but not kept, unless\n"
        "--save-password puts it into the system's keychain. A typed one goes to the keychain.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("name", options->name, "Name, unique in the workspace")->required();
    command->add_option("--host", options->host, "Host name or address")->capture_default_str();
    command->add_option("--port", options->port, "AMQP port [5672, with TLS 5671]");
    command->add_option("--vhost", options->virtualHost, "Virtual host")->capture_default_str();
    command->add_option("--user", options->user, "User name; empty: by client certificate")
        ->capture_default_str();
    command->add_option("--environment", options->environment, "development, test or production")
        ->capture_default_str();
    command->add_option("--management", options->management,
                        "URL of the management API, e.g. http://localhost:15672");
    command->add_option("--heartbeat", options->heartbeat, "Seconds")->capture_default_str();
    command->add_flag("--tls", options->tls, "Use TLS");
    command->add_option("--ca", options->ca, "CA certificates (PEM) instead of the system's");
    command->add_option("--cert", options->certificate, "Client certificate (PEM)");
    command->add_option("--key", options->key, "Key of the client certificate (PEM)");
    command->add_option("--server-name", options->serverName, "Name to check instead of the host's");
    command->add_flag("--no-verify", options->noVerify, "Do not check the server's certificate (dangerous)");
    command->add_flag("--replace", options->replace, "Change the connection of that name");
    command->add_flag("--no-password", options->noPassword, "Do not ask for a password now");
    command->add_flag("--save-password", options->savePassword,
                      "Put the password of the environment variable into the keychain");
}

} // namespace signalbox
