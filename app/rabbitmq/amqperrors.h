// The broker's and the library's failures as errors a person can act on.
#pragma once

#include "models/base/error.h"
#include "models/connections/connectionprofile.h"

#include <amqp.h>

namespace signalbox::rabbitmq {

// What a person was doing, for the sentence: the queue or exchange, and where.
struct AmqpDoing {
    QString what; // "read the queue orders.dead", with the name in it
    QString user;
    QString virtualHost;
    QString endpoint; // host:port
};

// AMQP reply code and text (channel.close, connection.close).
Error closeError(const AmqpDoing& doing, int code, const QString& text);
// A library status (negative number): TLS, sockets, time-outs.
Error statusError(const AmqpDoing& doing, int status);
Error replyError(const AmqpDoing& doing, const amqp_rpc_reply_t& reply);
// Code and text of a channel.close or connection.close method; 0 for any other.
int closeCode(const amqp_method_t& method, QString* text);
QString endpointOf(const ConnectionProfile& profile);

} // namespace signalbox::rabbitmq
