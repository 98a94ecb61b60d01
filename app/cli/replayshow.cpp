#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/shapes.h"
#include "app/cli/wait.h"
#include "models/messaging/messagecodec.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace replayshowcommand {
namespace {

struct Options {
    std::string run, state;
    qint64 limit = 100;
    qint64 copy = 0;
    qint64 edited = 0;
};

Result<std::optional<ItemState>> stateFrom(const QString& word) {
    if (word.isEmpty())
        return std::optional<ItemState>();
    QStringList words;
    for (int i = 0; i <= static_cast<int>(ItemState::Saved); ++i) {
        const auto state = static_cast<ItemState>(i);
        if (itemStateWord(state) == word)
            return std::optional(state);
        words << itemStateWord(state);
    }
    return failure(ErrorKind::Invalid, QStringLiteral("--state knows no \"%1\".").arg(word),
                   words.join(QStringLiteral(", ")));
}

// Of a queue that counts deliveries; empty for all others.
QString deliveries(const RunRecord& record) {
    const RunHeader& header = record.header;
    if (header.deliveryLimit < 0)
        return {};
    return QStringLiteral("limit %1, used before this run: %2, openings by this run: %3")
        .arg(header.deliveryLimit)
        .arg(header.deliveriesBefore < 0 ? QStringLiteral("not known")
                                         : QString::number(header.deliveriesBefore))
        .arg(record.sourceOpens);
}

void showHeader(Output& output, const RunRecord& record, const QString& state) {
    const RunHeader& header = record.header;
    const auto line = [&](const QString& name, const QString& value) {
        if (!value.isEmpty())
            output.line(QStringLiteral("%1 %2").arg(name.leftJustified(12), printable(value)));
    };
    line(QStringLiteral("run"), header.id);
    line(QStringLiteral("kind"), runKindWord(header.kind));
    line(QStringLiteral("state"), state);
    line(QStringLiteral("who"), header.actor);
    line(QStringLiteral("why"), header.reason);
    line(QStringLiteral("connection"), header.connectionName);
    line(QStringLiteral("queue"), header.source.name);
    line(QStringLiteral("destination"), header.destination);
    line(QStringLiteral("created"), shapes::time(header.createdAt));
    line(QStringLiteral("ended"), shapes::time(record.endedAt));
    line(QStringLiteral("end"), record.endReason);
    line(QStringLiteral("restores"), header.parentRun);
    line(QStringLiteral("deliveries"), deliveries(record));
    for (const auto& [itemState, count] : record.counts) {
        if (count > 0)
            line(stateText(itemState, header), QString::number(count));
    }
}

Result<void> showItems(Session& session, const RunRecord& record, std::optional<ItemState> state,
                       qint64 limit) {
    ReplayDesk& desk = (*session.workspace())->replays();
    constexpr qint64 page = 500;
    TextTable table({QStringLiteral("number"), QStringLiteral("state"), QStringLiteral("message id"),
                     QStringLiteral("exchange"), QStringLiteral("routing key"),
                     QStringLiteral("changed (UTC)"), QStringLiteral("copy"), QStringLiteral("reason")});
    qint64 after = 0;
    qint64 left = limit > 0 ? limit : std::numeric_limits<qint64>::max();
    while (left > 0) {
        auto items =
            waitFor(desk.items(record.header.id, state, after, static_cast<int>(std::min(left, page))));
        if (!items)
            return failure(std::move(items.error()));
        if (items->empty())
            break;
        if (after == 0)
            session.out().line();
        for (const ItemRecord& item : *items) {
            session.out().object({{QStringLiteral("item"), shapes::item(item)}});
            const QString why = !item.reason.isEmpty() ? item.reason
                                : item.plan.refusal != Refusal::None
                                    ? refusalText(item.plan.refusal, record.header.options.destination)
                                    : item.plan.note;
            table.add({QString::number(item.plan.number), stateText(item.state, record.header),
                       item.messageId, QString::fromUtf8(item.plan.exchange),
                       QString::fromUtf8(item.plan.routingKey), shapes::time(item.changedAt),
                       item.hasCopy ? QStringLiteral("yes") : QStringLiteral("no"), why});
        }
        table.flush(session.out());
        after = items->back().plan.number;
        left -= static_cast<qint64>(items->size());
    }
    return {};
}

Result<int> run(Session& session, const Options& options) {
    auto state = stateFrom(text(options.state));
    if (!state)
        return failure(std::move(state.error()));
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ReplayDesk& desk = (*workspace)->replays();
    // First: asking for them lists as in doubt what was sent without an answer.
    const auto open = waitFor(desk.unfinished());
    if (!open)
        return failure(open.error());
    auto record = waitFor(desk.run(text(options.run)));
    if (!record)
        return failure(std::move(record.error()));
    if (options.copy > 0) {
        auto message = waitFor(desk.copy(record->header.id, options.copy));
        if (!message)
            return failure(std::move(message.error()));
        session.out().raw(toJsonLine(*message) + '\n');
        return exitcode::done;
    }
    if (options.edited > 0) {
        const auto item = waitFor(desk.item(record->header.id, options.edited));
        if (!item)
            return failure(item.error());
        if (!item->plan.edited)
            return failure(ErrorKind::NotFound,
                           QStringLiteral("Message %1 of this run was not edited.").arg(options.edited));
        session.out().raw(toJsonLine(*item->plan.edited) + '\n');
        return exitcode::done;
    }
    const QString shownState = stateText(*record, *open);
    session.out().object({{QStringLiteral("run"), shapes::run(*record, shownState)}});
    showHeader(session.out(), *record, shownState);
    if (auto shown = showItems(session, *record, *state, options.limit); !shown)
        return failure(std::move(shown.error()));
    return exitcode::done;
}

} // namespace
} // namespace replayshowcommand

void declareReplayShow(CommandSet& set) {
    using namespace replayshowcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("replay", "show", "Show a run: who, when, from, to, and what became of every message",
                "  signalbox replay show 3f2a\n"
                "  signalbox replay show 3f2a --state in-doubt --json\n"
                "  signalbox replay show 3f2a --copy 7        # the saved message as an export line\n"
                "  signalbox replay show 3f2a --edited 7      # what was sent in its place\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("run", options->run, "Run (or the beginning of its id)")->required();
    command->add_option("--state", options->state, "Only messages in this state, e.g. in-doubt");
    command->add_option("--limit", options->limit, "How many messages to show; 0 = all")
        ->capture_default_str()
        ->check(wholeNumber(0));
    CLI::Option* copy =
        command->add_option("--copy", options->copy, "Print the saved copy of this message number")
            ->check(wholeNumber(1));
    command
        ->add_option("--edited", options->edited, "Print what the run sends in place of this message number")
        ->check(wholeNumber(1))
        ->excludes(copy);
}

} // namespace signalbox
