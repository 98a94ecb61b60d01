#include "app/cli/commandset.h"
#include "app/cli/entitywork.h"
#include "app/cli/wait.h"
#include "models/messaging/ruledraft.h"

namespace signalbox {

namespace rulescommand {
namespace {

struct Options {
    std::string connection, subscription, name, sql, action, reason;
    std::vector<std::string> conditions;
    bool always = false, never = false, yes = false, evenLast = false;
};

Result<int> list(Session& session, const Options& options) {
    auto work = entityWork(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    auto rules = waitFor(work->desk->rules(*work->gateway, text(options.subscription)));
    if (!rules)
        return failure(std::move(rules.error()));
    TextTable table({QStringLiteral("rule"), QStringLiteral("takes"), QStringLiteral("action")},
                    TextTable::Cells::Whole);
    for (const BusRule& rule : *rules) {
        session.out().object(shapes::rule(rule));
        table.add(
            {rule.name, conditionText(rule),
             rule.hasAction && rule.action.isEmpty() ? QStringLiteral("not understood here") : rule.action});
    }
    if (table.isEmpty())
        session.out().line(
            QStringLiteral("%1 has no rule: it gets no message.").arg(printable(text(options.subscription))));
    else
        table.flush(session.out());
    return exitcode::done;
}

RuleDraft draftFrom(const Options& options) {
    RuleDraft draft;
    draft.name = text(options.name);
    draft.kind = options.always        ? BusRule::Kind::Always
                 : options.never       ? BusRule::Kind::Never
                 : options.sql.empty() ? BusRule::Kind::Correlation
                                       : BusRule::Kind::Sql;
    draft.sql = text(options.sql);
    for (const std::string& condition : options.conditions)
        draft.conditions << text(condition);
    draft.action = text(options.action);
    return draft;
}

enum class Way { Add, Replace };

// A replaced rule has the action that is given now and no other.
Result<void> tellLostAction(Session& session, EntityWork& work, const QString& subscription,
                            const QString& name) {
    const auto rules = waitFor(work.desk->rules(*work.gateway, subscription));
    if (!rules)
        return failure(rules.error());
    for (const BusRule& rule : *rules) {
        if (rule.name.compare(name, Qt::CaseInsensitive) == 0 && rule.hasAction)
            session.out().notice(
                QStringLiteral("The rule %1 has an action, which goes away: %2. Give it with "
                               "--action to keep it.")
                    .arg(rule.name, rule.action.isEmpty() ? QStringLiteral("one that is not understood here")
                                                          : rule.action));
    }
    return {};
}

Result<int> write(Session& session, const Options& options, Way way) {
    auto checked = checkedRule(draftFrom(options)); // before anything is connected
    if (!checked)
        return failure(std::move(checked.error()));
    auto work = entityChange(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    for (const QString& note : std::as_const(checked->notes))
        session.out().notice(note);
    const BusRule& rule = checked->rule;
    const QString subscription = text(options.subscription);
    if (way == Way::Replace && !rule.hasAction) {
        if (auto told = tellLostAction(session, *work, subscription, rule.name); !told)
            return failure(std::move(told.error()));
    }
    const QString question =
        (way == Way::Add ? QStringLiteral("%1 (%2, %3) gets the rule %4: it takes %5.")
                         : QStringLiteral("In %1 (%2, %3) the rule %4 becomes: it takes %5."))
            .arg(subscription, work->profile.name, environmentWord(work->profile.environment), rule.name,
                 conditionText(rule));
    if (auto agreed = session.confirm(question, options.yes); !agreed)
        return failure(std::move(agreed.error()));
    const auto scene = work->scene(options.reason);
    auto done = waitFor(way == Way::Add ? work->desk->addRule(scene, subscription, rule)
                                        : work->desk->replaceRule(scene, subscription, rule),
                        OnInterrupt::Finish);
    if (!done)
        return failure(std::move(done.error()));
    session.out().object(shapes::rule(rule));
    session.out().line((way == Way::Add ? QStringLiteral("%1 has the rule %2 now.")
                                        : QStringLiteral("%1: the rule %2 was replaced."))
                           .arg(printable(subscription), printable(rule.name)));
    return exitcode::done;
}

Result<int> drop(Session& session, const Options& options) {
    auto work = entityChange(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    const QString subscription = text(options.subscription);
    const QString name = text(options.name);
    auto rules = waitFor(work->desk->rules(*work->gateway, subscription));
    if (!rules)
        return failure(std::move(rules.error()));
    QString question =
        QStringLiteral("The rule %1 of %2 (%3, %4) will be deleted.")
            .arg(name, subscription, work->profile.name, environmentWord(work->profile.environment));
    const bool isLast = rules->size() == 1 && rules->front().name.compare(name, Qt::CaseInsensitive) == 0;
    if (isLast)
        question += QLatin1Char(' ') + EntityDesk::lastRuleWords(subscription);
    // A --yes of habit does not silence a subscription.
    if (!isLast || !options.yes || options.evenLast) {
        if (auto agreed = session.confirm(question, options.yes || options.evenLast); !agreed)
            return failure(std::move(agreed.error()));
    } else {
        return failure(ErrorKind::Invalid,
                       EntityDesk::lastRuleWords(subscription) +
                           QStringLiteral(" Nothing was deleted; where that is meant, add --even-the-last."));
    }
    auto done =
        waitFor(work->desk->removeRule(work->scene(options.reason), subscription, name,
                                       isLast ? EntityDesk::LastRule::MayGo : EntityDesk::LastRule::Keep),
                OnInterrupt::Finish);
    if (!done)
        return failure(std::move(done.error()));
    session.out().object({{QStringLiteral("name"), name}, {QStringLiteral("deleted"), true}});
    session.out().line(
        QStringLiteral("The rule %1 of %2 is deleted.").arg(printable(name), printable(subscription)));
    return exitcode::done;
}

void addPlace(CLI::App& command, Options& options) {
    command.add_option("subscription", options.subscription, "TOPIC/Subscriptions/NAME")->required();
    addConnectionOption(command, options.connection);
}

void addChange(CLI::App& command, Options& options) {
    addPlace(command, options);
    command.add_option("rule", options.name, "Name of the rule")->required();
    addYesOption(command, options.yes);
    command.add_option("--reason", options.reason, "Why; kept in the audit trail");
}

void addFilter(CLI::App& command, Options& options) {
    auto* filter = command.add_option_group("filter", "Which messages it takes");
    filter->add_option("--sql", options.sql,
                       "Those for which this SQL condition holds, e.g. \"region = 'EU'\"");
    filter->add_option("--match", options.conditions,
                       "Those with this value, NAME=VALUE; several: all of them. NAME is label, message-id,\n"
                       "correlation-id, to, reply-to, session-id, reply-to-session-id, content-type, or a\n"
                       "property of your own, with its type if it is no text: quantity:int=5");
    filter->add_flag("--always", options.always, "Every message");
    filter->add_flag("--never", options.never, "No message");
    filter->require_option(1);
    command.add_option("--action", options.action,
                       "What it changes in its copy, e.g. \"SET priority = 1; REMOVE trace\"");
}

const char* const examples =
    "  signalbox rules %1 events/Subscriptions/audit eu -c bus --sql \"region = 'EU'\"\n"
    "  signalbox rules %1 events/Subscriptions/audit orders -c bus --match label=OrderPlaced\n";

std::string examplesOf(const char* verb) {
    return QString::fromLatin1(examples).arg(QString::fromLatin1(verb)).toStdString();
}

} // namespace
} // namespace rulescommand

void declareRulesList(CommandSet& set) {
    using namespace rulescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("rules", "list", "Rules of a subscription: which messages it takes",
                                "  signalbox rules list events/Subscriptions/audit -c bus\n",
                                [options](Session& session) { return list(session, *options); });
    addPlace(*command, *options);
}

void declareRulesAdd(CommandSet& set) {
    using namespace rulescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("rules", "add", "Add a rule; SQL is checked here before the service sees it",
                                examplesOf("add"),
                                [options](Session& session) { return write(session, *options, Way::Add); });
    addChange(*command, *options);
    addFilter(*command, *options);
}

void declareRulesReplace(CommandSet& set) {
    using namespace rulescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("rules", "replace", "Give a rule another filter and action, in one step",
                examplesOf("replace") + "\nThere is no moment without the rule: no message is missed.\n",
                [options](Session& session) { return write(session, *options, Way::Replace); });
    addChange(*command, *options);
    addFilter(*command, *options);
}

void declareRulesDelete(CommandSet& set) {
    using namespace rulescommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("rules", "delete", "Delete a rule of a subscription",
                "  signalbox rules delete events/Subscriptions/audit old -c bus\n"
                "\nWithout any rule a subscription gets no message: the last one goes only when that\n"
                "is agreed to, or with --even-the-last.\n",
                [options](Session& session) { return drop(session, *options); });
    addChange(*command, *options);
    command->add_flag("--even-the-last", options->evenLast,
                      "Also the last one: the subscription then gets nothing");
}

} // namespace signalbox
