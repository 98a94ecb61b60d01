// The publishing side of a run: the target, whether it is up, and what it says. Used by the engine's thread
// only.
#pragma once

#include "models/messaging/messagetarget.h"
#include "models/replay/portlink.h"

#include <map>
#include <optional>
#include <set>

namespace signalbox {

class Sender {
public:
    enum class Sent {
        Yes,
        Blocked, // none of them was sent
        Lost,    // any of them may have been sent; outcomes() still gives what was known before
    };

    // Null for delete and purge, which publish nothing.
    Sender(MessageTarget* target, const ReplayTuning& tuning)
        : target_(target)
        , link_(tuning) {}

    bool exists() const { return target_ != nullptr; }
    bool isUp() const { return !exists() || link_.isUp(); }
    bool isDue() const { return exists() && link_.isDue(std::chrono::steady_clock::now()); }
    const Error& downReason() const { return link_.error(); }
    PortLink::Time nextTry() const { return link_.nextTry(); }
    bool isBlocked() const { return exists() && link_.isUp() && target_->blocked(); }
    // After a break, until the first answer: one message at a time, so that a link that breaks at every
    // publish (a right that is missing) leaves one message in doubt and not a batch.
    bool isCautious() const { return isCautious_; }
    // On one link the second message to an exchange goes only when the broker has answered the first: a link
    // that ends because a right or the exchange is missing then has one message under way, of which it is
    // certain that it was not sent. `asked` adds what the caller has chosen meanwhile.
    bool mayPublishTo(const QByteArray& exchange, const std::set<QByteArray>& asked = {}) const {
        const auto known = exchanges_.find(exchange);
        return known == exchanges_.end() ? !asked.contains(exchange) : known->second;
    }
    void answeredFor(const QByteArray& exchange) { exchanges_[exchange] = true; }
    // The first one to it was not sent after all: the next one is the first.
    void notSentTo(const QByteArray& exchange) {
        if (const auto known = exchanges_.find(exchange); known != exchanges_.end() && !known->second)
            exchanges_.erase(known);
    }
    QString blockedReason() const { return target_->blockedReason(); }
    QByteArray user() const { return target_->user(); }
    // The error that cannot be mended by trying again, if there was one.
    const std::optional<Error>& fatal() const { return fatal_; }

    void open(); // look at isUp() and fatal()
    Sent publish(std::span<const Outgoing> messages);
    std::vector<PublishOutcome> outcomes(int waitMs); // empty: nothing came, or the link is down
    void close();

private:
    void takeDown(const Error& error);

    MessageTarget* target_;
    PortLink link_;
    std::vector<PublishOutcome> lastWords_; // known before the link broke
    std::optional<Error> fatal_;
    bool isCautious_ = false;
    std::map<QByteArray, bool> exchanges_; // published to on this link -> has answered
};

} // namespace signalbox
