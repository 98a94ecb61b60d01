// The test Service Bus inside a test's process, on a thread of its own: no event loop of the caller is
// needed. Every call blocks until the peer has done it; belongs to the thread that made it.
#pragma once

#include "tests/support/servicebuspeer/host.h"

#include <QThread>

namespace signalbox::sbpeer {

// A message as the peer holds it, for the judgement of tests.
struct HeldMessage {
    qint64 number = 0;
    QByteArray messageId, sessionId;
    MessageState state = MessageState::Active;
    bool locked = false;
    int deliveryCount = 0;
    Message message;
};

class Peer {
public:
    Peer();
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    Peer(Peer&&) = delete;
    Peer& operator=(Peer&&) = delete;

    // The configuration is that of the program; options as in HostOptions.
    Outcome<void> start(const QByteArray& configurationJson, HostOptions options = {});
    const HostPorts& ports() const { return ports_; }
    // For plain TCP (UseDevelopmentEmulator=true); management is at ports().http.
    QByteArray connectionString(const QByteArray& keyName = "RootManageSharedAccessKey",
                                const QByteArray& key = "SAS_KEY_VALUE") const;

    // Entities while it runs.
    Outcome<void> addQueue(const QByteArray& path, const EntitySettings& settings = {});
    Outcome<void> addTopic(const QByteArray& path, const EntitySettings& settings = {});
    Outcome<void> addSubscription(const QByteArray& topic, const QByteArray& name,
                                  const EntitySettings& settings = {},
                                  std::optional<std::vector<Rule>> rules = {});
    Outcome<void> change(const QByteArray& path, const std::function<void(EntitySettings&)>& how);
    Outcome<void> remove(const QByteArray& path);

    // Messages, without any client: an address as on the wire, e.g. "q/$DeadLetterQueue" to look or to put.
    Outcome<qint64> put(const QByteArray& address, const Message& message);
    Outcome<void> put(const QByteArray& address, const std::vector<Message>& messages);
    std::vector<HeldMessage> messages(const QByteArray& address);
    qint64 count(const QByteArray& address); // -1: no such address

    void advance(qint64 milliseconds); // the peer's clock

    // Faults, see Faults; and what happens at once. exitAfterAccepts would end the test's own process.
    void setFaults(const Faults& faults);
    Faults faults(); // with what is left of the counters
    int dropConnections();
    int closeConnections(const Refusal& reason);
    int detachLinks(const QByteArray& path, const Refusal& reason);
    void loseLocks(const QByteArray& path = {});
    void expireTokens();
    int connections();

    // Anything else, on the peer's thread.
    void run(const std::function<void(Host&)>& work);

private:
    QThread thread_;
    QObject anchor_; // lives on the thread, longer than the host
    std::unique_ptr<Host> host_;
    HostPorts ports_;
};

// A message of plain text, with an id.
Message textMessage(const QByteArray& id, const QByteArray& body);

} // namespace signalbox::sbpeer
