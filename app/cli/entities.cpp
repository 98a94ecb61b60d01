#include "app/cli/commandset.h"
#include "app/cli/entitywork.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace entitiescommand {
namespace {

struct Options {
    std::string connection, name;
};

Result<int> list(Session& session, const Options& options) {
    auto work = entityWork(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    auto all = waitFor(work->desk->entities(*work->gateway));
    if (!all)
        return failure(std::move(all.error()));
    TextTable table({QStringLiteral("entity"), QStringLiteral("kind"), QStringLiteral("status"),
                     QStringLiteral("active"), QStringLiteral("dead letters"), QStringLiteral("scheduled"),
                     QStringLiteral("transfer")});
    for (const EntityFacts& facts : *all) {
        if (!facts.path.contains(text(options.name), Qt::CaseInsensitive))
            continue;
        session.out().object(shapes::entity(facts, false));
        const bool isTopic = facts.kind == BusEntity::Kind::Topic; // its messages are in its subscriptions
        const auto count = [isTopic](qint64 number) { return isTopic ? QString() : countText(number); };
        table.add({facts.path, entityKindWord(facts.kind), entityStatusWord(facts.status),
                   count(facts.active), count(facts.deadLetters), countText(facts.scheduled),
                   count(facts.transfer)});
    }
    if (table.isEmpty())
        session.out().line(QStringLiteral("No entity matches."));
    else
        table.flush(session.out());
    return exitcode::done;
}

Result<int> show(Session& session, const Options& options) {
    auto work = entityWork(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    auto facts = waitFor(work->desk->entity(*work->gateway, text(options.name)));
    if (!facts)
        return failure(std::move(facts.error()));
    session.out().object(shapes::entity(*facts, true));
    session.out().line(
        QStringLiteral("%1: %2, %3")
            .arg(printable(facts->path), entityKindWord(facts->kind), entityStatusWord(facts->status)));
    TextTable table({QStringLiteral("setting"), QStringLiteral("value")}, TextTable::Cells::Whole);
    const std::pair<const char*, qint64> counts[] = {{"active messages", facts->active},
                                                     {"dead letters", facts->deadLetters},
                                                     {"scheduled messages", facts->scheduled},
                                                     {"transfer messages", facts->transfer},
                                                     {"transfer dead letters", facts->transferDeadLetters}};
    for (const auto& [name, count] : counts) {
        if (count >= 0)
            table.add({QString::fromLatin1(name), QString::number(count)});
    }
    for (const auto& [name, value] : facts->properties)
        table.add({name, value});
    table.flush(session.out());
    return exitcode::done;
}

} // namespace
} // namespace entitiescommand

void declareEntitiesList(CommandSet& set) {
    using namespace entitiescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("entities", "list", "Queues, topics and subscriptions, with status and counts",
                "  signalbox entities list -c bus\n"
                "  signalbox entities list -c bus --name orders --json\n",
                [options](Session& session) { return list(session, *options); });
    addConnectionOption(*command, options->connection);
    command->add_option("--name", options->name, "Only entities whose path contains this");
}

void declareEntitiesShow(CommandSet& set) {
    using namespace entitiescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("entities", "show", "Every setting of one entity, by the service's names",
                                "  signalbox entities show orders -c bus\n"
                                "  signalbox entities show events/Subscriptions/audit -c bus --json\n",
                                [options](Session& session) { return show(session, *options); });
    command->add_option("entity", options->name, "Queue, topic or TOPIC/Subscriptions/NAME")->required();
    addConnectionOption(*command, options->connection);
}

} // namespace signalbox
