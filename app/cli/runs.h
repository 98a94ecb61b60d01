// Runs on the command line: showing a plan, starting a run and following it to its end.
#pragma once

#include "app/cli/session.h"

namespace signalbox {

// For people; JSON keeps the journal's words. Cancelled: what became of it is told.
QString stateText(ItemState state, const RunHeader& header);
// "cut short": open, and no living process works on it. `unfinished` as the desk gives it.
QString stateText(const RunRecord& run, const std::vector<RunRecord>& unfinished);

enum class RunIs {
    New,  // accepted a moment ago: if it cannot start it is given up, so that it claims no messages
    Known // resumed: if it cannot start it stays as it is
};
// Starts the run (or goes on with it), follows it and prints how it ended. Ctrl+C cancels it in good order.
Result<int> runToEnd(Session& session, const QString& runId, RunIs runIs, const WritePermit& permit,
                     BrokerGateway& gateway);
Result<int> followRun(Session& session, ReplayJob& job);
// Prints the ended run; the exit code says whether all was done.
Result<int> reportRun(Session& session, const QString& runId);

// Says which runs were cut short and wait for somebody to go on with them; nothing when there is none.
void tellUnfinished(Session& session);

// --at: when Service Bus is to enqueue. Invalid: no time, or one that has passed.
Result<QDateTime> enqueueTime(const QString& at);

// How messages of a restore or an import are sent to this entity, as judgeSendBack() says; what a person
// should know of it is told. Unsupported: nothing can be sent there.
Result<void> judgeSending(Session& session, const ConnectionProfile& profile, BrokerGateway& gateway,
                          const QString& entity, SendBack& how);

// The connection a run of the journal belongs to.
Result<ConnectionProfile> profileOf(Session& session, const RunHeader& header);

// Plans, shows the plan and, after a yes, accepts and runs it: replay, delete and dead-letter.
struct PlannedRun {
    PlanRequest request;
    std::function<std::function<Result<std::vector<PlanInput>>()>()> inputs; // a fresh walk each time
    bool dryRun = false;
    bool yes = false;
    QString question;                                      // %1 = "12 messages"
    std::function<QString(const ReplayPlan&)> questionFor; // instead, where the plan has a say
};
Result<int> planAndRun(Session& session, const ConnectionProfile& profile, BrokerGateway& gateway,
                       PlannedRun planned);

} // namespace signalbox
