// What the audit trail keeps of entities and rules that are changed: enough to make them again. Pure.
#pragma once

#include "models/connections/entitydesk.h"

#include <QJsonObject>

namespace signalbox {

QJsonObject audited(const EntityFacts& facts);
QJsonObject audited(const EntityLoss& loss);
QJsonObject audited(const BusRule& rule);

} // namespace signalbox
