#include "app/cli/commandset.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace connectionsremovecommand {
namespace {

struct Options {
    std::string name;
    bool yes = false;
};

Result<int> run(Session& session, const Options& options) {
    auto profile = session.profile(text(options.name));
    if (!profile)
        return failure(std::move(profile.error()));
    // As leaving production does: what is removed could be added again as development.
    if (auto allowed = (*session.workspace())->connections().mayRemove(profile->id); !allowed)
        return failure(Session::withElevationHint(std::move(allowed.error()), *profile));
    if (auto agreed = session.confirm(
            QStringLiteral("Remove connection %1 and its password?").arg(profile->name), options.yes);
        !agreed)
        return failure(std::move(agreed.error()));
    auto removed = waitFor((*session.workspace())->connections().remove(profile->id), OnInterrupt::Finish);
    if (!removed)
        return failure(std::move(removed.error()));
    session.out().object({{QStringLiteral("removed"), profile->name}});
    session.out().line(QStringLiteral("Removed connection %1.").arg(profile->name));
    return exitcode::done;
}

} // namespace
} // namespace connectionsremovecommand

void declareConnectionsRemove(CommandSet& set) {
    using namespace connectionsremovecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("connections", "remove", "Forget a connection and its password",
                                "  signalbox connections remove shop --yes\n",
                                [options](Session& session) { return run(session, *options); });
    command->add_option("name", options->name, "Connection")->required();
    addYesOption(*command, options->yes);
}

} // namespace signalbox
