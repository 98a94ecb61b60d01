// Empties a queue, a subscription or a dead-letter sub-queue without copies: by batches of the service, or by
// receive-and-delete where the service has no batches (partitioned entities). Blocking, for one worker
// thread. Source: Azure's "Batch delete messages" and its limits: 500 (Standard) a call, no partitions,
// locked messages stay.
#pragma once

#include "app/servicebus/deletereceiver.h"
#include "app/servicebus/entitymanagement.h"
#include "models/messaging/queuepurger.h"

#include <QDateTime>

namespace signalbox::servicebus {

class BatchPurger final : public QueuePurger {
public:
    // What was enqueued before that moment.
    BatchPurger(NamespaceAccess access, EntityPath path, const QDateTime& before);
    ~BatchPurger() override;

    Result<void> open() override;
    Result<bool> removeSome() override;
    qint64 removed() const override { return batched_ + receiver_.taken(); }
    QString remark() const override;
    void close() override;
    void interrupt() override { wire_.interrupt(); }

private:
    Result<bool> deleteBatch();
    Result<bool> receiveSome();
    Result<void> lookWhatStays();

    NamespaceWire wire_;
    EntityManagement management_;
    DeleteReceiver receiver_;
    const qint64 beforeMs_;
    bool isReceiving_ = false; // the service has no batches here
    qint64 next_ = 0;          // sequence number; what lies before it cannot be had
    qint64 batched_ = 0;
    bool isUnsure_ = false; // a batch had no answer
    qint64 staying_ = 0;    // of the first page
};

} // namespace signalbox::servicebus
