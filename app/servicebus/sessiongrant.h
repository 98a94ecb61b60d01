// The lock of a session, as a receive link asks for it and the service grants it. Source: Azure's "AMQP 1.0
// in Service Bus protocol guide"; times are .NET ticks.
#pragma once

#include "models/messaging/headervalue.h"

#include <QString>
#include <optional>
#include <proton/link.h>

namespace signalbox::servicebus {

struct SessionGrant {
    QString id;
    qint64 lockedUntil = 0; // milliseconds since 1970, UTC; 0: not told
    bool operator==(const SessionGrant&) const = default;
};

// Before the link is opened. No id: the next session that is free and has messages.
void askForSession(pn_link_t* link, const std::optional<QString>& id);
// Of the service's answer; nothing: no session was granted.
std::optional<SessionGrant> grantedSession(pn_link_t* link);
// The same of the filters of its source and the properties of the link.
std::optional<SessionGrant> grantOf(const HeaderTable& filters, const HeaderTable& properties);

// Ticks of 100 ns since the year 1 as milliseconds since 1970; 0 where that makes no sense.
qint64 millisecondsOfTicks(qint64 ticks);

} // namespace signalbox::servicebus
