// The state of a link in words, icon and tone, the same everywhere in the window. Pure; GUI thread (tr).
#pragma once

#include "models/messaging/brokergateway.h"
#include "views/widgets/tones.h"

namespace signalbox {

struct LinkWords {
    QString text;
    QString iconName;
    Tone tone;
};
LinkWords linkWords(LinkState state);
// Nothing there counts as disconnected.
LinkState linkStateOf(const BrokerGateway* gateway);
// Why the link is as it is, and when it is tried again; empty where there is nothing to say.
QString linkDetailOf(const BrokerGateway* gateway);

} // namespace signalbox
