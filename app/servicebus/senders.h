// Sender links of one connection, one per queue or topic, opened when first used and again after the service
// has detached an idle one. Blocking, for one thread.
#pragma once

#include "app/servicebus/namespacewire.h"

#include <map>

namespace signalbox::servicebus {

class Senders {
public:
    // Answers to what is sent go to `events`. `sharesSession`: sends can be part of a transaction.
    Senders(NamespaceWire& wire, LinkEvents& events, bool sharesSession);
    ~Senders();

    // A link to `address` with credit. NotFound, NotAllowed: the service refuses it; Busy: no credit in time.
    Result<pn_link_t*> to(const QByteArray& address);
    // Why a message of so many bytes is not sent by this link, by what the service said when it opened it;
    // empty: it can be.
    static QString whyTooLarge(pn_link_t* link, qsizetype bytes);
    // Hands one encoded message to the link; `number` (not 0) comes back by numberOf(). A `transaction` makes
    // it part of that one.
    static void send(pn_link_t* link, const QByteArray& bytes, std::uint64_t number,
                     const QByteArray& transaction = {});
    static std::uint64_t numberOf(pn_delivery_t* delivery);
    static bool isOpen(pn_link_t* link);
    // A link that the service has closed; null: none. Its unanswered messages stay without an answer.
    pn_link_t* closedLink() const;
    // Ends the links that are idle and closed, so that to() opens them again.
    void dropClosed();
    void close();

private:
    void drop(pn_link_t* link);

    NamespaceWire& wire_;
    LinkEvents& events_;
    const bool sharesSession_;
    int turn_ = 0;
    int count_ = 0;
    std::map<QByteArray, pn_link_t*> links_;
};

} // namespace signalbox::servicebus
