#include "app/cli/commandset.h"
#include "app/cli/shapes.h"

namespace signalbox {

namespace connectionslistcommand {
namespace {

Result<int> run(Session& session) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    const ConnectionRegistry& connections = (*workspace)->connections();
    TextTable table({QStringLiteral("name"), QStringLiteral("environment"), QStringLiteral("host"),
                     QStringLiteral("port"), QStringLiteral("virtual host"), QStringLiteral("user"),
                     QStringLiteral("tls"), QStringLiteral("management"), QStringLiteral("elevated until")});
    for (const ConnectionProfile& profile : connections.profiles()) {
        const auto elevation = connections.elevation(profile.id);
        session.out().object(shapes::connection(profile, elevation));
        const QString tls = !profile.tls.enabled ? QStringLiteral("no")
                            : profile.tls.verify ? QStringLiteral("yes")
                                                 : QStringLiteral("unverified");
        table.add({profile.name, environmentWord(profile.environment), profile.host,
                   QString::number(profile.port), profile.virtualHost, profile.user, tls,
                   profile.managementUrl, elevation ? shapes::time(elevation->until) : QString()});
    }
    if (table.isEmpty())
        session.out().line(
            QStringLiteral("No connections yet. Add one: signalbox connections add NAME --host "
                           "HOST --user USER"));
    else
        table.flush(session.out());
    return exitcode::done;
}

} // namespace
} // namespace connectionslistcommand

void declareConnectionsList(CommandSet& set) {
    using namespace connectionslistcommand;
    set.add("connections", "list", "Show the saved connections", "  signalbox connections list --json\n",
            run);
}

} // namespace signalbox
