// What the connections of one peer share, and the two base classes of a link's work. Lives on the peer's
// thread.
#pragma once

#include "tests/support/servicebuspeer/broker.h"
#include "tests/support/servicebuspeer/claims.h"
#include "tests/support/servicebuspeer/faults.h"

#include <proton/delivery.h>
#include <proton/link.h>

namespace signalbox::sbpeer {

class Transactions;

struct Shared {
    Broker& broker;
    Transactions& transactions;
    Keyring& keyring;
    Faults& faults;
    quint64 lastOwner = 0;
};

class Connection;

// One attached link's work. Dies when the link is gone.
class LinkWork {
public:
    LinkWork(Connection& connection, pn_link_t* link)
        : connection_(connection)
        , link_(link) {}
    virtual ~LinkWork() = default;
    LinkWork(const LinkWork&) = delete;
    LinkWork& operator=(const LinkWork&) = delete;
    LinkWork(LinkWork&&) = delete;
    LinkWork& operator=(LinkWork&&) = delete;

    virtual void onDelivery(pn_delivery_t*) {}
    virtual void pump() {} // send what may be sent now
    // Asked a few times a second: why the link must end now, if it must.
    virtual std::optional<Refusal> failure() { return std::nullopt; }
    virtual void onGone() {} // the client or the connection has ended it

    pn_link_t* link() const { return link_; }
    QByteArray name() const { return pn_link_name(link_); }
    // What it needs to stay: a right on a path. An empty path needs none.
    QByteArray path;
    unsigned right = 0;
    const Entity* entity = nullptr; // it works on; not owned

protected:
    Connection& connection_;
    pn_link_t* link_;
};

// A link on which the client sends: collects whole messages.
class SinkWork : public LinkWork {
public:
    SinkWork(Connection& connection, pn_link_t* link);
    void onDelivery(pn_delivery_t* delivery) final;

protected:
    virtual void onMessage(pn_delivery_t* delivery, const QByteArray& bytes) = 0;
    void answer(pn_delivery_t* delivery, const Outcome<void>& outcome);

private:
    void grantCredit();
    QByteArray partial_;
};

// A link on which answers to requests go out.
class ReplyWork : public LinkWork {
public:
    ReplyWork(Connection& connection, pn_link_t* link, QByteArray node)
        : LinkWork(connection, link)
        , node_(std::move(node)) {}
    void pump() override;
    void send(const QByteArray& bytes) {
        waiting_.push_back(bytes);
        pump();
    }
    const QByteArray& node() const { return node_; } // "$cbs" or "<entity>/$management"

private:
    QByteArray node_;
    std::vector<QByteArray> waiting_;
    quint64 sent_ = 0;
};

} // namespace signalbox::sbpeer
