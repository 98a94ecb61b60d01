// Reads one queue by consuming without automatic acknowledgement, on a connection of its own. Closing it
// cancels the consumer and returns what is held by basic.nack with requeue, which no version counts as a
// failure where a dying channel may count.
#pragma once

#include "app/rabbitmq/amqplink.h"
#include "app/rabbitmq/deliveryassembler.h"
#include "app/rabbitmq/heldtags.h"
#include "models/messaging/messagesource.h"

namespace signalbox::rabbitmq {

class AmqpSource final : public MessageSource {
public:
    AmqpSource(Dial dial, SourceOptions options);
    ~AmqpSource() override;

    Result<void> open() override;
    Result<std::vector<Delivery>> receive(int max, int waitMs) override;
    Result<void> settle(std::span<const std::uint64_t> tags) override;
    Result<void> giveBack(std::span<const std::uint64_t> tags) override;
    Result<void> sync() override;
    Result<qint64> ready() override;
    Result<int> otherConsumers() override;
    bool isStream() const override { return isStream_.value_or(false); }
    void close() override;
    void interrupt() override { interrupted_ = true; }

private:
    Result<void> consume();
    Result<void> consumeAs(bool stream);
    Result<void> bound(int window);
    Result<void> addConsumer(bool stream);
    Result<void> widen();
    int windowOf(int consumer) const;
    bool stopConsuming();
    Result<bool> takeFrame(const amqp_frame_t& frame, std::vector<Delivery>& out);
    void giveAllBack();
    Result<void> answer(std::span<const std::uint64_t> tags, bool requeue);
    Result<QueueCounts> counts();
    Result<void> comeAndGo();
    Error lost() const;
    QString reading() const;

    Dial dial_;
    SourceOptions options_;
    std::unique_ptr<AmqpLink> link_;
    DeliveryAssembler assembler_;
    HeldTags held_;
    int window_ = 0;               // of each consumer
    int consumers_ = 0;            // of ours, on the one channel
    std::optional<bool> isStream_; // told by the broker at the first open
    std::atomic<bool> interrupted_ = false;
};

} // namespace signalbox::rabbitmq
