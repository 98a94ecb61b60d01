// Sends messages to queues and topics and says what the service answered to each. Blocking, for one worker
// thread, whose event loop turns meanwhile.
#pragma once

#include "app/servicebus/senders.h"
#include "models/messaging/messagetarget.h"

#include <QDeadlineTimer>
#include <unordered_map>

namespace signalbox::servicebus {

// What an answer means for the one who sent it. `busy` is set where the service asks for a pause.
PublishOutcome outcomeOf(qint64 item, pn_delivery_t* delivery, bool* busy);

// The pause that the service asks for with server-busy: at least ten seconds.
class ServicePause {
public:
    void begin();
    bool isOn() const { return !end_.hasExpired(); }
    QString reason() const; // with the seconds that are left

private:
    QDeadlineTimer end_{0};
};

class SendTarget final : public MessageTarget, private LinkEvents {
public:
    explicit SendTarget(NamespaceAccess access);
    ~SendTarget() override;

    Result<void> open() override;
    Result<void> publish(std::span<const Outgoing> messages) override;
    Result<std::vector<PublishOutcome>> outcomes(int waitMs) override;
    bool blocked() const override { return pause_.isOn(); }
    QString blockedReason() const override { return pause_.reason(); }
    QByteArray user() const override { return {}; } // a user-id is not checked by the service
    void close() override;
    void interrupt() override { wire_.interrupt(); }

private:
    void delivered(pn_delivery_t* delivery) override;
    Result<void> failed(std::span<const Outgoing> notSent, Error error);

    NamespaceWire wire_;
    Senders senders_;
    std::unordered_map<std::uint64_t, qint64> items_; // number of a message under way -> item
    std::vector<PublishOutcome> answers_;
    std::uint64_t last_ = 0;
    ServicePause pause_;
};

} // namespace signalbox::servicebus
