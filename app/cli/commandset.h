// The commands of the program: each file under app/cli declares one and gives its body. Parsing is CLI11's.
#pragma once

#include "app/cli/session.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>

namespace signalbox {

// Gives the exit code; an Error is printed by the caller and becomes one.
using CommandBody = std::function<Result<int>(Session&)>;

class CommandSet {
public:
    explicit CommandSet(CLI::App& root)
        : root_(root) {}
    // A command like "queues", or "deadletters list": the group must have been made by group().
    CLI::App* add(const std::string& group, const std::string& name, const std::string& what,
                  const std::string& examples, CommandBody body);
    void group(const std::string& name, const std::string& what);
    // Every option and argument refuses "" (an empty variable of a script is a mistake, not the same as
    // leaving it out), unless it is one that may be empty. Called when all commands are declared.
    void refuseEmptyValues();
    void mayBeEmpty(const CLI::Option* option) { mayBeEmpty_.insert(option); }
    // The body of the command that was given; null: only a group was named.
    const CommandBody* chosen() const;

private:
    void refuseEmptyValuesOf(CLI::App& command);

    CLI::App& root_;
    std::map<const CLI::App*, CommandBody> bodies_;
    std::set<const CLI::Option*> mayBeEmpty_;
};

// Options shared by many commands.
void addConnectionOption(CLI::App& command, std::string& name);
void addYesOption(CLI::App& command, bool& yes);
void addWhereOption(CLI::App& command, std::string& where);
void addFromOption(CLI::App& command, std::string& from);
void addTextOption(CLI::App& command, std::string& text);
void addOrderOption(CLI::App& command, std::string& order, const std::string& what);
void addIdOption(CLI::App& command, std::vector<qint64>& ids);
// Refuse what is no number, or one out of range, in words that say what is asked for.
CLI::Validator wholeNumber(qint64 least, qint64 most = std::numeric_limits<qint64>::max());
CLI::Validator rateNumber(); // finite, 0 or more

inline QString text(const std::string& words) {
    return QString::fromStdString(words);
}

void declareConnectionsAdd(CommandSet& set);
void declareConnectionsList(CommandSet& set);
void declareConnectionsTest(CommandSet& set);
void declareConnectionsRemove(CommandSet& set);
void declareQueues(CommandSet& set);
void declarePin(CommandSet& set);
void declareSessionsList(CommandSet& set);
void declareSessionsShow(CommandSet& set);
void declareDeadLettersList(CommandSet& set);
void declareDeadLettersShow(CommandSet& set);
void declareDeadLettersGroups(CommandSet& set);
void declareDeadLettersExport(CommandSet& set);
void declareDeadLettersImport(CommandSet& set);
void declareReplayRun(CommandSet& set);
void declareReplayResume(CommandSet& set);
void declareReplayList(CommandSet& set);
void declareReplayShow(CommandSet& set);
void declareReplayDecide(CommandSet& set);
void declareReplayAbandon(CommandSet& set);
void declareDelete(CommandSet& set);
void declareDeadLetter(CommandSet& set);
void declarePurge(CommandSet& set);
void declareRestore(CommandSet& set);
void declareElevate(CommandSet& set);
void declareNamespacesList(CommandSet& set);
void declareEntitiesList(CommandSet& set);
void declareEntitiesShow(CommandSet& set);
void declareEntitiesEnable(CommandSet& set);
void declareEntitiesDisable(CommandSet& set);
void declareEntitiesDelete(CommandSet& set);
void declareRulesList(CommandSet& set);
void declareRulesAdd(CommandSet& set);
void declareRulesReplace(CommandSet& set);
void declareRulesDelete(CommandSet& set);
void declareAuditList(CommandSet& set);
void declareAuditVerify(CommandSet& set);

} // namespace signalbox
