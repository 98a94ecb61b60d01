// Header tables and message properties between our types and rabbitmq-c's. Every field kind keeps its exact
// width; strings stay raw bytes. What is made for sending points into its arguments and the pool, so both
// must outlive it.
#pragma once

#include "models/messaging/message.h"

#include <amqp.h>
#include <amqp_framing.h>

namespace signalbox::rabbitmq {

// Scratch memory of values on their way out.
class AmqpPool {
public:
    AmqpPool() { init_amqp_pool(&pool_, 4096); }
    ~AmqpPool() { empty_amqp_pool(&pool_); }
    AmqpPool(const AmqpPool&) = delete;
    AmqpPool& operator=(const AmqpPool&) = delete;
    void* take(std::size_t bytes) { return amqp_pool_alloc(&pool_, bytes > 0 ? bytes : 1); }
    void recycle() { recycle_amqp_pool(&pool_); }

private:
    amqp_pool_t pool_{};
};

amqp_bytes_t toAmqp(const QByteArray& bytes);
QByteArray fromAmqp(const amqp_bytes_t& bytes);
amqp_table_t toAmqp(const HeaderTable& headers, AmqpPool& pool);
// A kind this program does not know becomes Void; nesting is bounded by the library (100 levels).
HeaderTable fromAmqp(const amqp_table_t& table);
amqp_basic_properties_t toAmqp(const MessageProperties& properties, AmqpPool& pool);
MessageProperties fromAmqp(const amqp_basic_properties_t& properties);

} // namespace signalbox::rabbitmq
