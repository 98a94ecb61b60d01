// The links that carry the messages themselves. Live on the peer's thread.
#pragma once

#include "tests/support/servicebuspeer/settlement.h"
#include "tests/support/servicebuspeer/wire.h"

namespace signalbox::sbpeer {

// The client receives: peek-lock or receive-and-delete, with or without a session.
class SourceWork : public LinkWork {
public:
    static Outcome<std::unique_ptr<SourceWork>> make(Connection& connection, pn_link_t* link,
                                                     const Place& place);

    bool waitsForSession() const { return waitsUntil_ > 0; }
    void announceSession(); // into the attach that is about to be written
    quint64 owner() const { return owner_; }

    void pump() override;
    void onDelivery(pn_delivery_t* delivery) override;
    std::optional<Refusal> failure() override;
    void onGone() override;

private:
    using LinkWork::LinkWork;
    bool tryNextSession();
    void answer(pn_delivery_t* delivery, const Outcome<void>& outcome, const QByteArray& transaction);

    Place place_;
    quint64 owner_ = 0;
    bool deletes_ = false;
    std::optional<QByteArray> session_;
    qint64 waitsUntil_ = 0; // for the next free session; the peer's time
    quint64 sent_ = 0;
};

// The client sends to a queue or topic.
class EnqueueWork : public SinkWork {
public:
    EnqueueWork(Connection& connection, pn_link_t* link, const Place& place)
        : SinkWork(connection, link)
        , place_(place) {}

protected:
    void onMessage(pn_delivery_t* delivery, const QByteArray& bytes) override;

private:
    Outcome<void> enqueue(const QByteArray& bytes, const QByteArray& transaction);
    Place place_;
};

// Transaction id of a delivery's state, empty without one; its outcome's code and fields.
struct RemoteState {
    QByteArray transaction;
    quint64 code = 0;
    Value fields;
};
RemoteState remoteState(pn_delivery_t* delivery);
// Answers with the outcome inside the transaction's state.
void updateInTransaction(pn_delivery_t* delivery, const QByteArray& transaction);

} // namespace signalbox::sbpeer
