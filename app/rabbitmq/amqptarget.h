// Publishes persistent, mandatory messages with publisher confirms, on a connection of its own, so that a
// broker that throttles publishers never holds up acknowledgements.
#pragma once

#include "app/rabbitmq/amqplink.h"
#include "app/rabbitmq/amqpvalues.h"
#include "app/rabbitmq/deliveryassembler.h"
#include "app/rabbitmq/pendingpublishes.h"
#include "models/messaging/messagetarget.h"

namespace signalbox::rabbitmq {

class AmqpTarget final : public MessageTarget {
public:
    explicit AmqpTarget(Dial dial);
    ~AmqpTarget() override;

    Result<void> open() override;
    Result<void> publish(std::span<const Outgoing> messages) override;
    Result<std::vector<PublishOutcome>> outcomes(int waitMs) override;
    bool blocked() const override { return link_ && link_->blocked(); }
    QString blockedReason() const override { return link_ ? link_->blockedReason() : QString(); }
    QByteArray user() const override { return dial_.profile.user.toUtf8(); }
    void close() override;
    void interrupt() override { interrupted_ = true; }

private:
    Result<void> publishSome(std::span<const Outgoing> messages, std::size_t& handled);
    Result<void> send(const Outgoing& message);
    // Reads answers; false: nothing came within the time.
    Result<bool> readAnswer(int waitMs);
    Result<void> takeFrame(const amqp_frame_t& frame);
    Error lost() const;

    Dial dial_;
    std::unique_ptr<AmqpLink> link_;
    AmqpPool pool_;
    PendingPublishes pending_;
    DeliveryAssembler assembler_; // of returned messages
    std::vector<PublishOutcome> known_;
    std::optional<Error> broken_; // told after the outcomes that were known before
    std::atomic<bool> interrupted_ = false;
};

} // namespace signalbox::rabbitmq
