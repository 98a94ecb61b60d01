// What a broker cannot take, though the wire can carry it. Pure.
#pragma once

#include "models/messaging/headervalue.h"

#include <optional>

namespace signalbox {

// The first header (in a table or array of it as well) with a number that is none: NaN or infinity. RabbitMQ,
// which is written in Erlang, has no such floats and closes the connection of who sends one.
std::optional<QByteArray> headerWithoutNumber(const HeaderTable& headers);

} // namespace signalbox
