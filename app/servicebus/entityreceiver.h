// What a run holds of any entity: by one receiver or, where it has sessions, by one for each session. Which
// of both the service tells when the first link is opened. Blocking, for one thread.
#pragma once

#include "app/servicebus/sessionreceiver.h"

namespace signalbox::servicebus {

class EntityReceiver {
public:
    EntityReceiver(NamespaceWire& wire, EntityPath path, bool sharesSession);

    Result<void> open();
    bool isOpen() const { return hasSessions_ ? sessions_.isOpen() : plain_.isOpen(); }
    void expectUpTo(qint64 number) { plain_.expectUpTo(number); }
    void expectSessions(const std::vector<SessionSpan>& wanted) { sessions_.expect(wanted); }
    void deadLetterWith(const DeadLetterWords& words) { // see LockReceiver
        plain_.deadLetterWith(words);
        sessions_.deadLetterWith(words);
    }
    void leave(std::span<const std::uint64_t> tags) {
        if (hasSessions_)
            sessions_.leave(tags);
    }
    QString heldBack() const { return hasSessions_ ? sessions_.heldBack() : QString(); }
    // As of LockReceiver.
    Result<std::vector<Delivery>> receive(int max, int waitMs) {
        return hasSessions_ ? sessions_.receive(max, waitMs) : plain_.receive(max, waitMs);
    }
    std::size_t holds() const { return hasSessions_ ? sessions_.holds() : plain_.holds(); }
    void complete(std::span<const std::uint64_t> tags) {
        hasSessions_ ? sessions_.complete(tags) : plain_.complete(tags);
    }
    void abandon(std::span<const std::uint64_t> tags) {
        hasSessions_ ? sessions_.abandon(tags) : plain_.abandon(tags);
    }
    Result<void> await() { return hasSessions_ ? sessions_.await() : plain_.await(); }
    Result<void> renewDue() { return hasSessions_ ? sessions_.renewDue() : plain_.renewDue(); }
    Result<qint64> countOthers() { return hasSessions_ ? sessions_.countOthers() : plain_.countOthers(); }
    void close();

    bool enlist(std::uint64_t tag, const QByteArray& transaction) {
        return hasSessions_ ? sessions_.enlist(tag, transaction) : plain_.enlist(tag, transaction);
    }
    LockReceiver::Enlisted enlisted(std::uint64_t tag) const {
        return hasSessions_ ? sessions_.enlisted(tag) : plain_.enlisted(tag);
    }
    void forget(std::uint64_t tag) { hasSessions_ ? sessions_.forget(tag) : plain_.forget(tag); }
    void giveUp(std::span<const std::uint64_t> tags) {
        hasSessions_ ? sessions_.giveUp(tags) : plain_.giveUp(tags);
    }

private:
    const EntityPath path_;
    LockReceiver plain_;
    SessionReceiver sessions_;
    bool hasSessions_ = false;
};

} // namespace signalbox::servicebus
