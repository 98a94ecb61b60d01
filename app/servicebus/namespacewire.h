// A connection to the namespace with its claims, for whoever has links on it: opened when it is first needed
// and again after it was lost. Several users may share one, as a transaction wants its links on one session.
// Blocking, for one thread; interrupt() may come from any.
#pragma once

#include "app/servicebus/claims.h"
#include "app/servicebus/namespaceaccess.h"

#include <atomic>
#include <mutex>

namespace signalbox::servicebus {

// State of a transfer or settlement within a transaction. OASIS AMQP 1.0, part 4.5.6.
inline constexpr std::uint64_t stateInTransaction = 0x34;

class NamespaceWire {
public:
    NamespaceWire(NamespaceAccess access, QString purpose);
    ~NamespaceWire();

    // Nothing to do while it is up. What was on a lost connection is void: users compare turn().
    Result<void> open();
    bool isUp() const { return connection_ && connection_->isUp(); }
    bool exists() const { return connection_ != nullptr; } // not closed yet, but perhaps lost
    int turn() const { return turn_; }                     // counts connections
    // Ends it; links on it are void.
    void close();
    void interrupt();

    // Only while exists().
    AmqpConnection& connection() { return *connection_; }
    // For what must not outlive it.
    std::shared_ptr<AmqpConnection> keep() const { return connection_; }
    Claims& claims() { return *claims_; }
    // The one session that takes part in transactions.
    pn_session_t* sharedSession();
    const NamespaceAccess& access() const { return access_; }

private:
    const NamespaceAccess access_;
    const QString purpose_;
    std::unique_ptr<TokenSource> tokens_;
    std::mutex mutex_; // of connection_, against interrupt()
    std::shared_ptr<AmqpConnection> connection_;
    std::unique_ptr<Claims> claims_;
    pn_session_t* session_ = nullptr;
    int turn_ = 0;
    std::atomic<bool> interrupted_{false};
};

} // namespace signalbox::servicebus
