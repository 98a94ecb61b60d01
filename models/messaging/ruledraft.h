// A rule of a subscription as a person writes it down, for command line and form: made into a rule, checked
// before the service sees it, and back into words. Pure.
// Source: Azure's documentation "Topic filters and actions", "Subscription rule SQL filter syntax", quotas.
#pragma once

#include "models/base/result.h"
#include "models/messaging/bustopology.h"

namespace signalbox {

struct RuleDraft {
    QString name;
    BusRule::Kind kind = BusRule::Kind::Sql; // Unknown is none that can be written
    QString sql;                             // of Sql
    // Of Correlation, each NAME=VALUE: "label=OrderPlaced", or of a property of one's own "region=EU",
    // "quantity:int=5" (string, int, long, double, boolean, guid, dateTime); "user.label=x" where the name is
    // one of the service's.
    QStringList conditions;
    QString action; // SQL, "SET priority = 1; REMOVE trace"; empty: none
};

struct CheckedRule {
    BusRule rule;
    QStringList notes; // what could not be checked here, a sentence each
};

// Invalid names the field, of SQL also the column.
Result<CheckedRule> checkedRule(const RuleDraft& draft);
// The draft that makes this rule; of a rule that is not understood its name alone.
RuleDraft draftOf(const BusRule& rule);

// "every message", "no message", the SQL, "label=OrderPlaced and region=EU".
QString conditionText(const BusRule& rule);

} // namespace signalbox
