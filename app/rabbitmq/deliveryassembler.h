// Puts the frames of deliveries and returned messages together: method, header, body frames. One thread.
#pragma once

#include "models/base/result.h"
#include "models/messaging/messagesource.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <optional>

namespace signalbox::rabbitmq {

class DeliveryAssembler {
public:
    // Begins with a basic.deliver or basic.return; false for any other method.
    bool begin(const amqp_method_t& method);
    // Takes a header or body frame. Corrupt: a frame that cannot follow here.
    Result<void> add(const amqp_frame_t& frame);
    bool isBusy() const { return step_ != Step::Idle; }
    bool isWhole() const { return step_ == Step::Whole; }
    bool isReturn() const { return isReturn_; }
    const QString& returnReason() const { return reason_; }
    Delivery take();

private:
    enum class Step { Idle, Header, Body, Whole };
    Result<void> addHeader(const amqp_frame_t& frame);

    Step step_ = Step::Idle;
    bool isReturn_ = false;
    QString reason_;
    std::uint64_t left_ = 0;
    Delivery delivery_;
};

} // namespace signalbox::rabbitmq
