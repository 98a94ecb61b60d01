#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/selection.h"
#include "app/cli/shapes.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace deadletterslistcommand {
namespace {

struct Options {
    std::string queue, connection, where, text;
    std::vector<qint64> ids;
    qint64 limit = 100;
    qint64 first = 0;
    bool refresh = false, noBodies = false;
    std::string from, order;
};

QString origin(const DeathFacts& facts) {
    return facts.originQueue.isEmpty() ? facts.originExchange : facts.originQueue;
}

QString what(const DeathFacts& facts) {
    if (facts.exceptionType.isEmpty())
        return facts.exceptionText;
    return facts.exceptionText.isEmpty() ? facts.exceptionType
                                         : facts.exceptionType + QStringLiteral(": ") + facts.exceptionText;
}

Result<int> run(Session& session, const Options& options) {
    auto selection = parseSelection(options.where, options.text, options.ids);
    if (!selection)
        return failure(std::move(selection.error()));
    if (auto order = setOrder(*selection, options.order); !order)
        return failure(std::move(order.error()));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto read = readSelected(
        session, *profile,
        {text(options.queue), options.refresh, options.first, text(options.from), options.noBodies},
        *selection);
    if (!read)
        return failure(std::move(read.error()));
    const std::shared_ptr<Snapshot> snapshot = std::move(*read);

    const auto removed = removedOf(session, snapshot->info());
    if (!removed)
        return failure(removed.error());
    QStringList heads{QStringLiteral("id"),
                      QStringLiteral("reason"),
                      QStringLiteral("origin"),
                      QStringLiteral("routing key"),
                      QStringLiteral("last death (UTC)"),
                      QStringLiteral("deaths"),
                      QStringLiteral("tries"),
                      QStringLiteral("size"),
                      QStringLiteral("message id"),
                      QStringLiteral("failure")};
    if (*removed > 0)
        heads.insert(1, QStringLiteral("removed by"));
    TextTable table(heads);
    constexpr qint64 page = 300;
    IdPages pages(snapshot, *selection);
    qint64 left = options.limit > 0 ? options.limit : std::numeric_limits<qint64>::max();
    qint64 shown = 0;
    while (left > 0 && !session.out().failed()) {
        auto ids = pages.next(static_cast<int>(std::min(left, page)));
        if (!ids)
            return failure(std::move(ids.error()));
        if (ids->empty())
            break;
        auto rows = snapshot->rows(*ids);
        if (!rows)
            return failure(std::move(rows.error()));
        if (auto marked = markRemoved(session, snapshot->info(), *rows); !marked)
            return failure(std::move(marked.error()));
        for (const SnapshotRow& row : *rows) {
            session.out().object(shapes::row(row));
            QStringList cells{QString::number(row.id),
                              row.facts.reason,
                              origin(row.facts),
                              row.facts.originKeys.isEmpty() ? QString::fromUtf8(row.routingKey)
                                                             : row.facts.originKeys.join(QLatin1Char(',')),
                              shapes::time(row.facts.lastDeath),
                              QString::number(row.facts.deaths),
                              QString::number(row.facts.replayAttempts),
                              QString::number(row.size),
                              QString::fromUtf8(row.messageId),
                              what(row.facts)};
            if (*removed > 0)
                cells.insert(1, row.removedBy.isEmpty()
                                    ? QString()
                                    : QStringLiteral("run %1").arg(row.removedBy.left(8)));
            table.add(cells);
        }
        table.flush(session.out());
        left -= static_cast<qint64>(ids->size());
        shown += static_cast<qint64>(ids->size());
    }
    if (shown == 0)
        session.out().line(QStringLiteral("No message matches."));
    if (left <= 0 && options.ids.empty()) {
        auto all = snapshot->count(selection->query);
        if (all && *all > shown)
            session.out().notice(QStringLiteral("%1 of %2 messages shown; --limit 0 shows all.")
                                     .arg(QString::number(shown), QString::number(*all)));
    }
    return exitcode::done;
}

} // namespace
} // namespace deadletterslistcommand

void declareDeadLettersList(CommandSet& set) {
    using namespace deadletterslistcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "deadletters", "list", "List the dead letters of a queue",
        "  signalbox deadletters list billing.dead\n"
        "  signalbox deadletters list billing.dead --where 'reason = rejected and deaths > 3' --json\n"
        "  signalbox deadletters list billing.dead --refresh --first 500\n"
        "\nThe queue is read once into a snapshot beside the workspace; without --refresh later calls use "
        "it\n"
        "and do not touch the broker. Before a reading the command says what it does to the queue, and\n"
        "refuses where messages could be lost.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    addWhereOption(*command, options->where);
    addTextOption(*command, options->text);
    addIdOption(*command, options->ids);
    command->add_option("--limit", options->limit, "How many to show; 0 = all")
        ->capture_default_str()
        ->check(wholeNumber(0));
    addOrderOption(*command, options->order,
                   "In the order of this column, e.g. last_death or 'size desc', not in the queue's");
    command->add_flag("--refresh", options->refresh, "Read the queue again");
    command->add_flag("--no-bodies", options->noBodies, "A reading keeps properties and headers, no bodies");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(wholeNumber(0));
    addFromOption(*command, options->from);
}

} // namespace signalbox
