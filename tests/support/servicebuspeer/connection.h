// One AMQP connection of a client: SASL, then a Proton driver, and the work of its links. Lives on the peer's
// thread.
#pragma once

#include "tests/support/servicebuspeer/saslserver.h"
#include "tests/support/servicebuspeer/stream.h"
#include "tests/support/servicebuspeer/wire.h"

#include <proton/connection_driver.h>

namespace signalbox::sbpeer {

class Connection : public QObject {
public:
    Connection(Shared& shared, std::unique_ptr<Stream> stream);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) = delete;
    Connection& operator=(Connection&&) = delete;

    std::function<void()> finished; // it may be deleted, later

    void pump();    // offers messages to links with credit, and writes
    void onTimer(); // a few times a second: expired claims, idle times, delayed bytes
    void drop();    // cuts it without a word
    void close(const Refusal& reason);
    // Ends links with an error; of one entity, or all that work on one.
    int detach(const Entity* entity, const Refusal& reason);
    void forget(const Entity* entity); // it is being deleted
    void expireClaims();
    bool isOpen() const { return !over_; }

    Shared& shared() { return shared_; }
    Grants& grants() { return grants_; }
    qint64 now() const { return shared_.broker.now(); }
    // Finds where an answer goes: by reply-to as address or link name at the node.
    ReplyWork* replyTo(const QByteArray& node, const QByteArray& replyTo);
    LinkWork* byName(const QByteArray& linkName);
    void open(pn_link_t* link, const Entity* entity);         // answers the attach
    void refuseLink(pn_link_t* link, const Refusal& refusal); // attach, then detach with the error
    void exitWhenWritten() { exiting_ = true; }
    void dropSoon() { dropping_ = true; } // once the events at hand are done

private:
    void read(const QByteArray& bytes);
    void feed(const QByteArray& bytes);
    void run();
    void flush();
    void put(const QByteArray& bytes);
    void onEvent(pn_event_t* event);
    void attach(pn_link_t* link);
    void accept(pn_link_t* link, std::unique_ptr<LinkWork> work);
    // Where a link leads whose claims allow it; else it is refused.
    std::optional<Place> grantedPlace(pn_link_t* link, const QByteArray& address, unsigned right,
                                      const char* rightName);
    void attachCoordinator(pn_link_t* link);
    void attachReceiver(pn_link_t* link, const QByteArray& address); // the client receives
    void attachSender(pn_link_t* link, const QByteArray& address);
    void endLink(pn_link_t* link, const Refusal* reason);
    void endLinksOf(pn_session_t* session);
    void end();

    Shared& shared_;
    std::unique_ptr<Stream> stream_;
    SaslServer sasl_;
    pn_connection_driver_t driver_{};
    Grants grants_;
    std::map<pn_link_t*, std::unique_ptr<LinkWork>> links_;
    std::vector<std::pair<qint64, QByteArray>> late_; // when, what
    bool running_ = false;
    bool over_ = false;
    bool exiting_ = false;
    bool dropping_ = false;
};

} // namespace signalbox::sbpeer
