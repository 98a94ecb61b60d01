// How often a run may still open its queue. A quorum queue with a delivery limit counts each time it gets a
// message back, and drops (or dead-letters) one that comes back when its count is the limit already. Every
// opening gives back what it does not remove, be it at its end or when the link breaks.
#pragma once

#include "models/base/error.h"
#include "models/messaging/message.h"

namespace signalbox {

class OpenBudget {
public:
    struct Start {
        int limit = -1;  // deliveries that the queue allows; -1: no limit, or not known
        int before = -1; // used when the run was accepted; -1: not known
        int opens = 0;   // of this run since, by earlier processes too
    };
    explicit OpenBudget(const Start& start)
        : start_(start) {}

    bool isLimited() const { return start_.limit >= 0; }
    bool mayOpen() const { return start_.limit < 0 || reserved_ || used() < start_.limit; }
    // True: an opening that reached no message is still paid for, so a broker that is down costs one opening
    // however often it is tried.
    bool isReserved() const { return reserved_; }
    void reserve();                                // the next opening, before it begins
    void begun() { reserved_ = false; }            // messages may have been delivered
    void met(const Message& message);              // the messages know better than a count that is too low
    void setOthers(int opens) { others_ = opens; } // of runs that were accepted after this one

    int used() const; // openings under way included
    Error spent(const QString& queue, bool isPurge) const;

private:
    Start start_;
    int others_ = 0;
    int seen_ = -1; // by the messages met; -1: none yet
    bool reserved_ = false;
};

} // namespace signalbox
