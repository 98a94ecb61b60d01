#include "app/cli/commandset.h"
#include "app/cli/reading.h"

namespace signalbox {

namespace pincommand {
namespace {

struct Options {
    std::string queue;
    std::string connection;
    bool notDeadLetters = false;
    bool clear = false;
};

Result<int> run(Session& session, const Options& options) {
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    const QString queue = text(options.queue);
    std::optional<bool> pinned;
    if (!options.clear)
        pinned = !options.notDeadLetters;
    if (auto saved = (*session.workspace())->triage().setPin(entityOf(*profile, queue), pinned); !saved)
        return failure(std::move(saved.error()));
    session.out().notice(QStringLiteral("The broker was not asked whether it has a queue %1.").arg(queue));
    session.out().object({{QStringLiteral("queue"), queue},
                          {QStringLiteral("connection"), profile->name},
                          {QStringLiteral("pinned"), pinned ? QJsonValue(*pinned) : QJsonValue()}});
    session.out().line(!pinned ? QStringLiteral("%1 is judged by its edges and name again.").arg(queue)
                       : *pinned
                           ? QStringLiteral("%1 counts as a queue of dead letters.").arg(queue)
                           : QStringLiteral("%1 does not count as a queue of dead letters.").arg(queue));
    return exitcode::done;
}

} // namespace
} // namespace pincommand

void declarePin(CommandSet& set) {
    using namespace pincommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("", "pin", "Say that a queue holds dead letters, or that it does not",
                                "  signalbox pin parking-lot\n"
                                "  signalbox pin errors-of-the-day --not\n"
                                "  signalbox pin parking-lot --clear\n",
                                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    CLI::Option* no = command->add_flag("--not", options->notDeadLetters, "It holds no dead letters");
    command->add_flag("--clear", options->clear, "Forget what was said")->excludes(no);
}

} // namespace signalbox
