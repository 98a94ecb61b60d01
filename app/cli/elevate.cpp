#include "app/cli/commandset.h"
#include "app/cli/shapes.h"

namespace signalbox {

namespace elevatecommand {
namespace {

struct Options {
    std::string connection;
    std::string reason;
    int minutes = GuardRail::elevationMinutes;
    bool end = false;
};

Result<int> run(Session& session, const Options& options) {
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    ConnectionRegistry& connections = (*session.workspace())->connections();
    if (options.end) {
        const bool was = connections.elevation(profile->id).has_value();
        if (auto dropped = connections.dropElevation(profile->id); !dropped)
            return failure(std::move(dropped.error()));
        session.out().object(shapes::connection(*profile, std::nullopt));
        session.out().line((was ? QStringLiteral("%1 is read-only again.")
                                : QStringLiteral("%1 was not elevated; nothing was changed."))
                               .arg(profile->name));
        return exitcode::done;
    }
    auto elevation = connections.elevate(profile->id, text(options.reason), options.minutes);
    if (!elevation)
        return failure(std::move(elevation.error()));
    session.out().object(shapes::connection(*profile, *elevation));
    session.out().line(QStringLiteral("%1 may be changed until %2 UTC. This is in the audit trail.")
                           .arg(profile->name, shapes::time(elevation->until)));
    return exitcode::done;
}

} // namespace
} // namespace elevatecommand

void declareElevate(CommandSet& set) {
    using namespace elevatecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("", "elevate", "Allow changes on a production connection for a while; audited",
                "  signalbox elevate shop --reason \"INC-4711: replay after the fix\" --minutes 20\n"
                "  signalbox elevate shop --end\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("connection", options->connection, "Connection")->required();
    command->add_option("--reason", options->reason,
                        "Why, with at least 5 letters or digits; goes into the audit trail");
    command->add_option("--minutes", options->minutes, "How long, at most 120")
        ->capture_default_str()
        ->check(wholeNumber(1, std::numeric_limits<int>::max()));
    command->add_flag("--end", options->end, "Make it read-only again now");
}

} // namespace signalbox
