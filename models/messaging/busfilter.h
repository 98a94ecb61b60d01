// Would this rule of a subscription take this message? Pure.
// Source: Azure's documentation "Topic filters and actions", "Subscription rule SQL filter syntax".
#pragma once

#include "models/messaging/bustopology.h"
#include "models/messaging/sqlfilter.h"

namespace signalbox {

// Filters by their text, each parsed once.
class SqlFilters {
public:
    const SqlFilter* find(const QString& text); // nullptr: it cannot be judged here

private:
    QHash<QString, std::optional<SqlFilter>> known_;
};

struct RuleVerdict {
    FilterVerdict verdict = FilterVerdict::NotKnown;
    QString why; // it is not known; empty otherwise
};

RuleVerdict judgeRule(const BusRule& rule, const Message& message, SqlFilters& filters);

// A message's properties as SQL filters name them: "Label", "MessageId" (sys.), or an application property.
SqlValue busProperty(const Message& message, SqlScope scope, const QString& name);

} // namespace signalbox
