#include "app/cli/commandset.h"
#include "app/cli/runs.h"
#include "app/cli/wait.h"

#include <algorithm>

namespace signalbox {

namespace replaydecidecommand {
namespace {

struct Options {
    std::string run;
    std::vector<qint64> items;
    bool sendAgain = false, treatAsSent = false, leave = false;
    bool yes = false;
};

Result<std::vector<qint64>> numbersOf(ReplayDesk& desk, const QString& run, ItemState state,
                                      const std::function<bool(const ItemRecord&)>& wants) {
    constexpr int page = 1000;
    std::vector<qint64> numbers;
    for (qint64 after = 0;;) {
        auto items = waitFor(desk.items(run, state, after, page));
        if (!items)
            return failure(std::move(items.error()));
        if (items->empty())
            return numbers;
        for (const ItemRecord& item : *items) {
            if (wants(item))
                numbers.push_back(item.plan.number);
        }
        after = items->back().plan.number;
    }
}

Result<std::vector<qint64>> inDoubt(ReplayDesk& desk, const QString& run) {
    return numbersOf(desk, run, ItemState::InDoubt, [](const ItemRecord&) { return true; });
}

// Nothing to decide on: done, unless an earlier decision stands in the way of this one.
Result<int> nothingInDoubt(Session& session, ReplayDesk& desk, const RunRecord& run) {
    const auto left = numbersOf(desk, run.header.id, ItemState::Cancelled,
                                [](const ItemRecord& item) { return item.reason.startsWith(decidedDoubt); });
    if (!left)
        return failure(left.error());
    if (left->empty()) {
        session.out().notice(QStringLiteral("No message of this run is in doubt."));
        return exitcode::done;
    }
    session.out().notice(
        QStringLiteral("No message of this run is in doubt any more: %1 left in %2 by an earlier decision. A "
                       "new plan with --allow-repeat sends them, signalbox delete removes them.")
            .arg(left->size() == 1 ? QStringLiteral("1 was") : QStringLiteral("%1 were").arg(left->size()),
                 run.header.source.name));
    return exitcode::partly;
}

bool isSettled(ItemState state, DoubtChoice choice) {
    return choice == DoubtChoice::Leave ? state == ItemState::Cancelled
                                        : state == ItemState::Removed || state == ItemState::Confirmed;
}

// Page by page: a run may have hundreds of thousands.
bool settled(ReplayDesk& desk, const QString& run, std::vector<qint64> numbers, DoubtChoice choice) {
    constexpr int page = 1000;
    std::sort(numbers.begin(), numbers.end());
    for (qint64 after = numbers.front() - 1; after < numbers.back();) {
        const auto items = waitFor(desk.items(run, std::nullopt, after, page));
        if (!items || items->empty())
            return false;
        for (const ItemRecord& item : *items) {
            after = item.plan.number;
            if (std::binary_search(numbers.begin(), numbers.end(), after) && !isSettled(item.state, choice))
                return false;
        }
    }
    return true;
}

qint64 countOf(const RunRecord& run, std::initializer_list<ItemState> states) {
    qint64 sum = 0;
    for (const auto& [state, count] : run.counts)
        sum += std::find(states.begin(), states.end(), state) == states.end() ? 0 : count;
    return sum;
}

QString question(const Options& options, std::size_t count, const RunHeader& header) {
    const QString run = header.id.left(8);
    const QString messages = messagesText(static_cast<qint64>(count));
    const bool removes = reads(header.kind) && !header.sourceIsStream;
    if (options.sendAgain)
        return QStringLiteral("Send %1 of run %2 again? A message that did arrive will be there "
                              "twice.")
            .arg(messages, run);
    if (options.treatAsSent && removes)
        return QStringLiteral("Remove %1 of run %2 without sending them? A message that did not "
                              "arrive will be in the saved copies only.")
            .arg(messages, run);
    if (options.treatAsSent)
        return QStringLiteral("Take %1 of run %2 to have arrived? They are not sent again.")
            .arg(messages, run);
    return QStringLiteral("Leave %1 of run %2 in queue %3?").arg(messages, run, header.source.name);
}

// Deciding goes on with the run: what that sends besides must be agreed to, and known where nobody is asked.
QString furtherText(const RunRecord& run) {
    const qint64 left = reads(run.header.kind) ? countOf(run, {ItemState::Planned})
                                               : countOf(run, {ItemState::Planned, ItemState::Saved});
    return left == 0 ? QString()
                     : QStringLiteral("The run goes on: %1 still to do %2 sent as well.")
                           .arg(messagesText(left), left == 1 ? QStringLiteral("is") : QStringLiteral("are"));
}

// Nothing is sent; a run that has nothing else to do is over with it.
bool isOnlyNoted(const RunRecord& run, DoubtChoice choice) {
    const bool removes = reads(run.header.kind) && !run.header.sourceIsStream;
    const qint64 left = countOf(run, {ItemState::Planned, ItemState::Saved, ItemState::Published}) +
                        (removes ? countOf(run, {ItemState::Confirmed}) : 0);
    return choice == DoubtChoice::Leave && (!isOpen(run.state) || left > 0);
}

Result<int> run(Session& session, const Options& options) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    ReplayDesk& desk = (*workspace)->replays();
    auto record = waitFor(desk.run(text(options.run)));
    if (!record)
        return failure(std::move(record.error()));
    const QString id = record->header.id;
    auto numbers = options.items.empty() ? inDoubt(desk, id) : Result<std::vector<qint64>>(options.items);
    if (!numbers)
        return failure(std::move(numbers.error()));
    if (numbers->empty())
        return nothingInDoubt(session, desk, *record);
    auto profile = profileOf(session, record->header);
    if (!profile)
        return failure(std::move(profile.error()));
    auto permit = session.permit(*profile);
    if (!permit)
        return failure(std::move(permit.error()));
    const DoubtChoice choice = options.sendAgain     ? DoubtChoice::SendAgain
                               : options.treatAsSent ? DoubtChoice::TreatAsSent
                                                     : DoubtChoice::Leave;
    if (const QString further = furtherText(*record); choice != DoubtChoice::Leave && !further.isEmpty())
        session.out().notice(further);
    if (auto agreed = session.confirm(question(options, numbers->size(), record->header), options.yes);
        !agreed)
        return failure(std::move(agreed.error()));
    // First the link: a decision that cannot be carried out now is not recorded.
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    if (auto decided = waitFor(desk.decide(id, *numbers, choice), OnInterrupt::Finish); !decided)
        return failure(std::move(decided.error()));
    auto code = isOnlyNoted(*record, choice) ? reportRun(session, id)
                                             : runToEnd(session, id, RunIs::Known, *permit, **gateway);
    // Others of the run may be left; what was decided on is what counts here.
    if (code && *code == exitcode::partly && settled(desk, id, *numbers, choice))
        return exitcode::done;
    return code;
}

} // namespace
} // namespace replaydecidecommand

void declareReplayDecide(CommandSet& set) {
    using namespace replaydecidecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add(
        "replay", "decide", "Say what to do with messages that were sent without an answer",
        "  signalbox replay show 3f2a --state in-doubt\n"
        "  signalbox replay decide 3f2a --treat-as-sent --item 12\n"
        "  signalbox replay decide 3f2a --send-again --yes\n"
        "\nA crash or a lost link can leave messages of which nobody here knows whether they "
        "arrived. Look at\n"
        "the target, then decide. The decision is recorded and carried out at once, and the run goes on\n"
        "with what is still to do; --leave sends nothing.\n",
        [options](Session& session) { return run(session, *options); });
    command->add_option("run", options->run, "Run (or the beginning of its id)")->required();
    CLI::Option_group* choice = command->add_option_group("Decision", "one of");
    choice->add_flag("--send-again", options->sendAgain, "Send it again; may be a double");
    choice->add_flag("--treat-as-sent", options->treatAsSent, "It arrived: remove the original");
    choice->add_flag("--leave", options->leave,
                     "Leave the original where it is; later plans take it to have been replayed");
    choice->require_option(1);
    command->add_option("--item", options->items, "Only these numbers; none: all that are in doubt")
        ->check(wholeNumber(1));
    addYesOption(*command, options->yes);
}

} // namespace signalbox
