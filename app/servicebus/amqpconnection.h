// One AMQP 1.0 connection on Proton's connection driver, which has no socket of its own. Blocking calls for
// one thread, whose event loop turns while they wait; every wait is bounded. interrupt() may come from any
// thread.
#pragma once

#include "app/servicebus/amqpcondition.h"
#include "app/servicebus/bytechannel.h"
#include "models/base/result.h"

#include <QTimer>
#include <atomic>
#include <functional>
#include <proton/connection_driver.h>
#include <proton/delivery.h>
#include <proton/link.h>
#include <proton/session.h>

class QAbstractEventDispatcher;

namespace signalbox::servicebus {

AmqpCondition conditionOf(pn_condition_t* condition);

// Told on the connection's thread, from within a wait.
class LinkEvents {
public:
    virtual ~LinkEvents() = default;
    virtual void delivered(pn_delivery_t*) {
    } // a message came, or the state of a sent or received one changed
};

class AmqpConnection {
public:
    struct Options {
        Endpoint endpoint;
        QString hostname; // of the namespace: it selects the tenant
        QString purpose;  // part of the container id
        int patienceMs = 15000;
    };

    explicit AmqpConnection(Options options);
    ~AmqpConnection();
    AmqpConnection(const AmqpConnection&) = delete;
    AmqpConnection& operator=(const AmqpConnection&) = delete;

    // Socket, SASL (anonymous: rights come by $cbs) and open. CannotConnect, NotAuthenticated, Cancelled.
    Result<void> open();
    bool isUp() const { return isUp_; }
    const Options& options() const { return options_; }

    // A session of its own, as the vendor's clients have one for each link.
    pn_session_t* newSession();
    // Events of the link go to `events` until it is null again.
    static void follow(pn_link_t* link, LinkEvents* events);
    // Opens what was prepared and waits for the answer. The service may answer and detach at once, which is
    // an error.
    Result<void> openLink(pn_link_t* link, const QString& doing);
    // Detaches, and ends the link's session.
    void closeLink(pn_link_t* link);

    // Waits until `done`; false: not within `waitMs`. Errors: Lost (the connection ended), Cancelled
    // (interrupt()).
    Result<bool> waitUntil(const std::function<bool()>& done, int waitMs);
    // After each call on Proton's objects: hands its bytes to the socket.
    void pump();
    // Grows with each event of a link: whoever waits for one of several things looks again when it has.
    std::uint64_t eventCount() const { return eventCount_; }

    // Says goodbye within two seconds.
    void close();
    void interrupt();

private:
    void take(const QByteArray& bytes);
    void handle(pn_event_t* event);
    void tick();
    void ended(Error error);

    const Options options_;
    std::unique_ptr<ByteChannel> channel_;
    pn_connection_driver_t driver_{};
    bool hasDriver_ = false;
    std::uint64_t eventCount_ = 0;
    bool isPumping_ = false;
    bool isSocketOpen_ = false;
    bool isUp_ = false;
    bool isOver_ = false;
    Error why_; // it is over: why
    QTimer ticker_;
    std::atomic<bool> interrupted_{false};
    QAbstractEventDispatcher* dispatcher_ = nullptr; // of the thread
    QObject context_;                                // of the channel's signals
};

} // namespace signalbox::servicebus
