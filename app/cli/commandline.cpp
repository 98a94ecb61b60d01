#include "app/cli/commandline.h"

#include "app/cli/commandset.h"
#include "models/base/lognames.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <spdlog/spdlog.h>

namespace signalbox {

namespace {

void declareAll(CommandSet& set) {
    set.group("connections", "Saved connections: add, list, test, remove");
    declareConnectionsAdd(set);
    declareConnectionsList(set);
    declareConnectionsTest(set);
    declareConnectionsRemove(set);
    declareQueues(set);
    declarePin(set);
    set.group("sessions", "Sessions of a Service Bus queue: list, show");
    declareSessionsList(set);
    declareSessionsShow(set);
    set.group("deadletters", "Dead letters of a queue: list, show, groups, export, import");
    declareDeadLettersList(set);
    declareDeadLettersShow(set);
    declareDeadLettersGroups(set);
    declareDeadLettersExport(set);
    declareDeadLettersImport(set);
    set.group("replay", "Send dead letters again: run, resume, list, show, decide, abandon");
    declareReplayRun(set);
    declareReplayResume(set);
    declareReplayList(set);
    declareReplayShow(set);
    declareReplayDecide(set);
    declareReplayAbandon(set);
    declareDelete(set);
    declareDeadLetter(set);
    declarePurge(set);
    declareRestore(set);
    set.group("namespaces", "Namespaces of Service Bus in Azure: list");
    declareNamespacesList(set);
    set.group("entities", "Entities of a Service Bus namespace: list, show, enable, disable, delete");
    declareEntitiesList(set);
    declareEntitiesShow(set);
    declareEntitiesEnable(set);
    declareEntitiesDisable(set);
    declareEntitiesDelete(set);
    set.group("rules", "Rules of a Service Bus subscription: list, add, replace, delete");
    declareRulesList(set);
    declareRulesAdd(set);
    declareRulesReplace(set);
    declareRulesDelete(set);
    declareElevate(set);
    set.group("audit", "The audit trail: list, verify");
    declareAuditList(set);
    declareAuditVerify(set);
    set.refuseEmptyValues();
}

const char* const footer =
    "Without a command the window opens.\n\n"
    "Passwords come from the system's keychain, from SIGNALBOX_PASSWORD_<CONNECTION> or\n"
    "SIGNALBOX_PASSWORD, or from a question on the terminal; never from an argument.\n"
    "SIGNALBOX_LOG=debug|info|warn|error sets the level of the log file beside the workspace.\n\n"
    "With --json, results are one JSON object a line on standard output, and an error is\n"
    "{\"error\":{\"kind\":...,\"summary\":...,\"detail\":...}} on standard error.\n\n"
    "Exit codes: 0 done; 1 not or only partly done, or something was found; 2 the command line is\n"
    "wrong; 3 cannot connect, or not allowed.\n\n"
    "Examples:\n"
    "  signalbox connections add shop --host mq.example.com --user ops\n"
    "  signalbox queues\n"
    "  signalbox deadletters list billing.dead\n"
    "  signalbox replay run billing.dead --dry-run\n";

QString namesOf(const std::vector<const CLI::App*>& commands) {
    QStringList names;
    for (const CLI::App* each : commands)
        names << QString::fromStdString(each->get_name());
    return names.join(QStringLiteral(", "));
}

// The library's words about a group of options of which one may be given ("... from [a, b]"); empty: it is
// about something else.
QString choiceComplaint(const QString& what) {
    static const QRegularExpression list(QStringLiteral("option.* from \\[(.*)\\]"));
    static const QRegularExpression option(QStringLiteral("--[a-z][a-z-]*"));
    const QString inside = list.match(what).captured(1);
    QStringList names;
    for (auto each = option.globalMatch(inside); each.hasNext();)
        names << each.next().captured();
    if (names.isEmpty())
        return {};
    const QString last = names.takeLast();
    const QString all =
        names.isEmpty() ? last : QStringLiteral("%1 or %2").arg(names.join(QStringLiteral(", ")), last);
    const bool tooMany = what.contains(QLatin1String("at most")) || what.contains(QLatin1String("given"));
    return tooMany ? QStringLiteral("Only one of %1 can be given.").arg(all)
                   : QStringLiteral("Give one of %1.").arg(all);
}

QString complaint(const CLI::App& app, const CLI::ParseError& parse) {
    if (parse.get_exit_code() != static_cast<int>(CLI::ExitCodes::RequiredError))
        return QString::fromStdString(parse.what());
    if (QString choice = choiceComplaint(QString::fromStdString(parse.what())); !choice.isEmpty())
        return choice;
    // The library asks for a command before it looks at a word it does not know.
    if (const std::vector<std::string> unknown = app.remaining(true); !unknown.empty())
        return QStringLiteral("There is no command %1.").arg(QString::fromStdString(unknown.front()));
    const auto every = [](const CLI::App*) { return true; };
    const std::vector<CLI::App*> given = app.get_subcommands();
    if (given.empty())
        return QStringLiteral("No command was given. Commands: %1.").arg(namesOf(app.get_subcommands(every)));
    const CLI::App* group = given.front();
    const auto below = group->get_subcommands(every);
    if (!below.empty() && group->get_subcommands().empty())
        return QStringLiteral("%1 needs one of its commands: %2.")
            .arg(QString::fromStdString(group->get_name()), namesOf(below));
    return QString::fromStdString(parse.what());
}

// Help and version are answers; everything else is an error of usage.
int answerParse(const CLI::App& app, const CLI::ParseError& parse, Output& output, const Terminal& terminal) {
    if (parse.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
        return app.exit(parse, *terminal.out, *terminal.err);
    output.error({ErrorKind::Invalid, complaint(app, parse),
                  QStringLiteral("See signalbox --help, or --help behind any command.")});
    return exitcode::usage;
}

int execute(const CommandBody& body, Session& session) {
    Result<int> code = body(session);
    session.out().endProgress();
    if (code && session.out().failed()) {
        session.out().error(
            {ErrorKind::Storage,
             QStringLiteral("Standard output takes nothing more (closed, or its disk is full): not all of "
                            "the answer could be written."),
             QStringLiteral("The command itself went on to its end and would have exited with %1.")
                 .arg(*code)});
        return exitcode::partly;
    }
    if (code)
        return *code;
    session.out().error(session.withSecretHint(code.error()));
    if (auto log = spdlog::get(lognames::app))
        log->error("{}: {}", errorWord(code.error().kind).toStdString(), code.error().summary.toStdString());
    return exitCodeOf(code.error().kind);
}

} // namespace

int runCommandLine(const QStringList& arguments, const Terminal& terminal, const Session::Opener& opener) {
    CLI::App app("Signalbox: dead letters inspected and replayed, nothing lost", "signalbox");
    bool json = false;
    std::string workspace;
    app.fallthrough();
    app.set_version_flag("--version", "signalbox " + QCoreApplication::applicationVersion().toStdString());
    app.add_flag("--json", json, "Results and errors as JSON");
    app.add_option("--workspace", workspace, "Workspace file")->type_name("FILE");
    app.footer(footer);
    app.require_subcommand(1);
    CommandSet set(app);
    declareAll(set);

    std::vector<std::string> words;
    for (auto it = arguments.crbegin(); it != arguments.crend(); ++it) // CLI11 takes them last first
        words.push_back(it->toStdString());
    try {
        app.parse(std::move(words));
    } catch (const CLI::ParseError& parse) {
        Output output(terminal, json || arguments.contains(QStringLiteral("--json")));
        return answerParse(app, parse, output, terminal);
    }
    Session session(terminal, {json, QString::fromStdString(workspace)}, opener);
    const CommandBody* body = set.chosen();
    if (!body) {
        session.out().error({ErrorKind::Internal, QStringLiteral("The command has no body."), {}});
        return exitcode::partly;
    }
    return execute(*body, session);
}

} // namespace signalbox
