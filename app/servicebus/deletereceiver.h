// Takes messages by receive-and-delete: what arrives is gone from the queue. Never holds more credit than it
// was asked for, and takes what is left of it back before it goes on. Blocking, for one thread.
// Source: Azure's "AMQP 1.0 in Service Bus protocol guide" (settled transfers, drain).
#pragma once

#include "app/servicebus/entitypath.h"
#include "app/servicebus/namespacewire.h"

namespace signalbox::servicebus {

class DeleteReceiver final : public LinkEvents {
public:
    DeleteReceiver(NamespaceWire& wire, EntityPath path);
    ~DeleteReceiver() override;

    Result<void> open();
    // At most `most`; fewer when nothing comes any more. After an error taken() still tells how many came.
    Result<void> take(int most);
    qint64 taken() const { return taken_; } // since it was made
    // The latest time at which one of them was enqueued; 0: none was taken.
    qint64 latestMs() const { return latestMs_; }
    // How many more may have been taken by a link that broke.
    qint64 unsure() const { return unsure_; }
    void close();

    void delivered(pn_delivery_t* delivery) override;

private:
    bool isOpen() const;
    Result<void> takeBackCredit();

    NamespaceWire& wire_;
    const EntityPath path_;
    pn_link_t* link_ = nullptr;
    int turn_ = 0;
    QByteArray incoming_; // of the transfer that is coming in
    qint64 taken_ = 0;
    qint64 latestMs_ = 0;
    qint64 unsure_ = 0;
};

} // namespace signalbox::servicebus
