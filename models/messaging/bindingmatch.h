// Does one binding of an exchange take a message? Private to routing.
#pragma once

#include "models/messaging/routing.h"

namespace signalbox {

bool isKnownType(const QString& exchangeType);
// By the exchange's type: direct, topic (* one word, # any number), fanout, headers (x-match).
bool bindingMatches(const QString& exchangeType, const BindingInfo& binding, const QStringList& keys,
                    const HeaderTable& headers);

} // namespace signalbox
