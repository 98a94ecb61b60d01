#include "app/cli/commandset.h"
#include "app/cli/shapes.h"

namespace signalbox {

namespace auditverifycommand {
namespace {

Result<int> run(Session& session) {
    auto workspace = session.workspace();
    if (!workspace)
        return failure(std::move(workspace.error()));
    WorkProgress progress;
    auto verdict = (*workspace)->audit().verify(progress);
    if (!verdict)
        return failure(std::move(verdict.error()));
    session.out().object(shapes::verdict(*verdict));
    session.out().line(
        verdict->whole ? QStringLiteral("The audit trail is whole: %1 records.").arg(verdict->records)
                       : QStringLiteral("THE AUDIT TRAIL IS BROKEN at record %1.").arg(verdict->firstBroken));
    session.out().line(printable(verdict->explanation));
    return verdict->whole ? exitcode::done : exitcode::partly;
}

} // namespace
} // namespace auditverifycommand

void declareAuditVerify(CommandSet& set) {
    using namespace auditverifycommand;
    set.add("audit", "verify", "Prove that no record was changed, removed or put in",
            "  signalbox audit verify\n\nExit code 0: whole. 1: broken; the first bad record is named.\n",
            run);
}

} // namespace signalbox
