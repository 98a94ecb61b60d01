// What a broker cannot take, though it can be read or written in an export file. Pure.
#pragma once

#include "models/messaging/message.h"

#include <QString>
#include <optional>

namespace signalbox {

// Why AMQP 0-9-1 cannot carry it whole, as the end of a sentence about the message ("the header \"x\" holds
// ..."), or nothing. The first header (in a table or array of it as well) counts that is NaN or infinity,
// which RabbitMQ, written in Erlang, has no floats for and answers with a closed connection, or of a type
// only AMQP 1.0 has.
std::optional<QString> unsendableByAmqp091(const MessageProperties& properties);

enum class Carrier { Unknown /* nobody has said where it goes */, Amqp091, ServiceBus };
// The same for any of them. Service Bus takes what came from there.
std::optional<QString> unsendableBy(Carrier carrier, const MessageProperties& properties);

} // namespace signalbox
