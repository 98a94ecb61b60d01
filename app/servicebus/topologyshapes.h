// The management API's descriptions as the structure that a plan asks. Pure.
// Formats: Azure's documentation of the Service Bus REST API, api-version 2021-05.
#pragma once

#include "app/servicebus/namespaceadmin.h"
#include "models/messaging/bustopology.h"

namespace signalbox::servicebus {

// Of a RuleDescription. What is not understood gives a rule of kind Unknown, never one that seems to be
// known.
BusRule busRule(const AtomEntry& entry);

// Without rules. `tier` gives the largest message where the description does not tell.
BusEntity busEntity(const Entity& entity, const QString& tier);

// Everything that entities() gave, rules included.
BusTopology busTopology(const std::vector<Entity>& entities, const QString& tier);

} // namespace signalbox::servicebus
