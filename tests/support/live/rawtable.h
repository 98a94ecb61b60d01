// Header tables between Signalbox's values and rabbitmq-c, kind by kind. Any thread.
// A table made by encode() borrows the bytes of its source and the memory of the pool.
#pragma once

#include "models/messaging/message.h"

#include <amqp.h>

namespace signalbox::live {

amqp_bytes_t wire(const QByteArray& bytes); // borrowed
QByteArray unwire(const amqp_bytes_t& bytes);

amqp_table_t encode(const HeaderTable& headers, amqp_pool_t& pool);
HeaderTable decode(const amqp_table_t& table);

amqp_basic_properties_t encode(const MessageProperties& properties, amqp_pool_t& pool);
MessageProperties decode(const amqp_basic_properties_t& properties);

// Memory for the tables of one call.
class Pool {
public:
    Pool() { init_amqp_pool(&pool_, blockBytes); }
    ~Pool() { empty_amqp_pool(&pool_); }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    Pool(Pool&&) = delete;
    Pool& operator=(Pool&&) = delete;
    amqp_pool_t& get() { return pool_; }

private:
    static constexpr std::size_t blockBytes = 4096;
    amqp_pool_t pool_{};
};

} // namespace signalbox::live
