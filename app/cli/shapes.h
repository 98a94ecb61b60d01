// The JSON objects of the command line. They are a contract with scripts: members are added, never renamed or
// removed. Documented in docs/guide/cli.md. Unknown numbers and times are null.
#pragma once

#include "models/base/audittrail.h"
#include "models/connections/guardrail.h"
#include "models/deadletters/deadletterqueues.h"
#include "models/deadletters/snapshot.h"
#include "models/messaging/brokergateway.h"
#include "models/messaging/sessiondirectory.h"
#include "models/replay/replayjournal.h"

#include <QJsonObject>

namespace signalbox::shapes {

QJsonObject connection(const ConnectionProfile& profile, const std::optional<Elevation>& elevation);
QJsonObject step(const TestStep& step);
QJsonObject queue(const DeadLetterQueue& queue);
QJsonObject session(const BusSession& session);
QJsonObject row(const SnapshotRow& row);
QJsonObject facts(const DeathFacts& facts); // with the whole path
QJsonObject group(const FailureGroup& group, const GroupNote& note);
QJsonObject snapshot(const SnapshotInfo& info);
QJsonObject plan(const ReplayPlan& plan, RunKind kind);
QJsonObject planItem(const PlanItem& item);
// `stateNow`: "cut short" of a run that was left behind; empty: as the journal says.
QJsonObject run(const RunRecord& run, const QString& stateNow = {});
QJsonObject item(const ItemRecord& item);
QJsonObject audit(const AuditRecord& record);
QJsonObject verdict(const AuditVerdict& verdict);

QJsonValue known(qint64 number);         // null when negative
QJsonValue stamp(const QDateTime& time); // ISO 8601 with milliseconds, UTC; null when invalid
QString time(const QDateTime& time);     // people: "2024-03-01 12:00:00", UTC; empty when invalid
QString evidenceWord(DeadLetterEvidence::Kind kind);
QString stepWord(TestStep::State state);

} // namespace signalbox::shapes
