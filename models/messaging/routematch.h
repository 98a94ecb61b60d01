// Whether one binding takes a message, by exchange type. Private to routing.
#pragma once

#include "models/messaging/routing.h"

namespace signalbox {

using BindingMatch = bool (*)(const BindingInfo& binding, const QStringList& keys,
                              const HeaderTable& headers);

// nullptr: a type whose rule is not known here.
BindingMatch acceptsOf(const QString& exchangeType);

// Words are parted by dots; `*` is one word, `#` any number of them. An empty key has no word.
bool topicAccepts(const QString& pattern, const QString& key);
// Binding arguments of a headers exchange against the headers of a message.
bool headersAccept(const HeaderTable& arguments, const HeaderTable& headers);

} // namespace signalbox
