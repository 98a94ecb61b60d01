// A rule of a subscription as the management API takes it. Pure.
// Formats: Azure's documentation of the Service Bus REST API, api-version 2021-05.
#pragma once

#include "app/servicebus/xmlnode.h"
#include "models/messaging/bustopology.h"

namespace signalbox::servicebus {

// A RuleDescription that says nothing yet.
XmlNode emptyRule(const QString& name);
// Puts filter and action of the rule in place of those of the description. What else it holds stays where it
// was; so do level and parameters of an SQL filter that stays one.
void setRule(XmlNode& description, const BusRule& rule);

} // namespace signalbox::servicebus
