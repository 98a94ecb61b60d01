#include "app/azure/armdiscovery.h"
#include "app/cli/commandset.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace namespaceslistcommand {
namespace {

struct Options {
    std::string cloud = "public", endpoint;
};

Result<Secret> azureToken(Session& session) {
    auto secret = variableSecret(azureTokenVariable, session.terminal().variable);
    if (!secret)
        return failure(std::move(secret.error()));
    if (*secret)
        return **secret;
    if (!session.terminal().personAtInput || session.out().json())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("An access token for Azure's Resource Manager is needed. Set the environment "
                           "variable %1 to one.")
                .arg(QLatin1String(azureTokenVariable)),
            QStringLiteral("az account get-access-token --resource https://management.azure.com/ --query "
                           "accessToken -o tsv"));
    return session.terminal().askSecret(QStringLiteral("Access token for Azure's Resource Manager: "));
}

QJsonObject shapeOf(const FoundNamespace& found) {
    return {{QStringLiteral("name"), found.name},
            {QStringLiteral("host"), found.host},
            {QStringLiteral("subscription"), found.subscription},
            {QStringLiteral("resourceGroup"), found.resourceGroup},
            {QStringLiteral("location"), found.location},
            {QStringLiteral("tier"), found.tier},
            {QStringLiteral("status"), found.status},
            {QStringLiteral("localAuthDisabled"), found.isKeyless}};
}

Result<int> run(Session& session, const Options& options) {
    const QUrl endpoint = options.endpoint.empty() ? azureEndpoint(text(options.cloud))
                                                   : QUrl(text(options.endpoint), QUrl::StrictMode);
    if (options.endpoint.empty() && !endpoint.isValid())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("--cloud is public, china or usgov, not \"%1\".").arg(text(options.cloud)));
    auto token = azureToken(session);
    if (!token)
        return failure(std::move(token.error()));
    azure::ArmDiscovery finder;
    auto found = waitFor(finder.find(endpoint, *token));
    if (!found)
        return failure(std::move(found.error()));
    TextTable table({QStringLiteral("namespace"), QStringLiteral("host"), QStringLiteral("location"),
                     QStringLiteral("tier"), QStringLiteral("status"), QStringLiteral("keys"),
                     QStringLiteral("subscription")});
    for (const FoundNamespace& each : found->namespaces) {
        session.out().object(shapeOf(each));
        table.add({each.name, each.host, each.location, each.tier, each.status,
                   each.isKeyless ? QStringLiteral("disabled") : QStringLiteral("allowed"),
                   each.subscription});
    }
    if (table.isEmpty())
        session.out().line(
            found->subscriptions == 0
                ? QStringLiteral("The token sees no subscription.")
                : QStringLiteral("No namespace in %1 subscriptions.").arg(found->subscriptions));
    else
        table.flush(session.out());
    for (const QString& missing : std::as_const(found->missing))
        session.out().notice(missing);
    return found->missing.isEmpty() ? exitcode::done : exitcode::partly;
}

} // namespace
} // namespace namespaceslistcommand

void declareNamespacesList(CommandSet& set) {
    using namespace namespaceslistcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "namespaces", "list", "Find Service Bus namespaces through Azure's Resource Manager",
        "  export SIGNALBOX_AZURE_TOKEN=$(az account get-access-token \\\n"
        "      --resource https://management.azure.com/ --query accessToken -o tsv)\n"
        "  signalbox namespaces list\n"
        "  signalbox namespaces list --cloud usgov --json\n"
        "\nThe token comes from SIGNALBOX_AZURE_TOKEN, from the file that SIGNALBOX_AZURE_TOKEN_FILE names,\n"
        "or from a question; never from an argument. Listing needs the role Reader. Exit code 1: not all\n"
        "could be looked at.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("--cloud", options->cloud, "public, china or usgov")->capture_default_str();
    command->add_option("--endpoint", options->endpoint, "Address of another Resource Manager (https)");
}

} // namespace signalbox
