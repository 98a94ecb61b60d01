// Entities of a namespace in words of the window. GUI thread.
#pragma once

#include "models/connections/entitydesk.h"

namespace signalbox::entityWords {

QString status(BusEntity::Status status);  // "Send disabled"
QString meaning(BusEntity::Status status); // "takes no messages, still gives those it has"
QString kind(BusEntity::Kind kind);
QString counts(const EntityFacts& facts); // "12 messages, 3 of them dead letters"
QString loss(const EntityLoss& loss);     // "12 messages and 2 rules"
// Behind the name of a queue that does not work in both directions: "disabled"; empty: it does.
QString mark(const QString& state);

} // namespace signalbox::entityWords
