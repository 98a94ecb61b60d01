// What gateways share that keep their link on a worker thread: start and end of it, and its news brought to
// the gateway's thread. Lives on one thread with an event loop.
#pragma once

#include "models/messaging/brokergateway.h"

#include <functional>

namespace signalbox {

struct LinkNews {
    LinkState state = LinkState::Disconnected;
    QString detail;
    bool isLoginRefused = false; // by the broker, because of user or password
    int nextTrySeconds = 0;      // of Waiting
    bool operator==(const LinkNews&) const = default;
};

class LinkedGateway : public BrokerGateway {
    Q_OBJECT
public:
    using BrokerGateway::BrokerGateway;
    ~LinkedGateway() override;

    LinkState linkState() const final { return link_.state; }
    QString linkDetail() const final { return link_.detail; }
    int nextTrySeconds() const final { return link_.nextTrySeconds; }
    bool isLoginRefused() const final { return link_.isLoginRefused; }
    void open() final;
    void close() final;

protected:
    using Report = std::function<void(const LinkNews&)>; // for any thread
    // Starts the thread that keeps the link; destroying what it gives ends the thread, which may take
    // seconds.
    virtual std::shared_ptr<void> startWorker(Report report) = 0;
    virtual void wentUp() {}                       // before linkChanged()
    void* worker() const { return worker_.get(); } // as startWorker() made it; null: closed

private:
    struct Relay;
    void follow(const LinkNews& news);
    void dropWorker();

    std::shared_ptr<void> worker_;
    std::shared_ptr<Relay> relay_; // of the worker at work; cut when it is closed
    LinkNews link_;
};

} // namespace signalbox
