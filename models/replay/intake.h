// Where a run's messages come from: the queue itself, or the saved copies in the journal. Used by the
// engine's thread only.
#pragma once

#include "models/messaging/messagesource.h"
#include "models/replay/deliverymatcher.h"
#include "models/replay/portlink.h"
#include "models/replay/stepwriter.h"

#include <memory>

namespace signalbox {

struct Taken {
    std::vector<Staged> staged;           // to be saved and sent (or saved and removed)
    std::vector<std::uint32_t> removable; // done but for the removal: remove the original
    std::vector<std::uint32_t> doubtful;  // cannot tell whether this is the original
    std::vector<std::uint32_t> replaced;  // purge: an equal message is taken as one of its own instead
    int met = 0;                          // deliveries; 0 = nothing came
};

class Intake {
public:
    virtual ~Intake() = default;

    virtual bool isUp() const = 0;
    virtual bool isDue() const = 0; // down, and time to try again
    virtual const Error& downReason() const = 0;
    virtual PortLink::Time nextTry() const = 0;
    // Asked before anything of the run touches the broker; an error is final.
    virtual Result<void> mayOpen() { return {}; }
    virtual Result<void> open() = 0; // an error that comes back is final; else look at isUp()
    // Same for every call below: a temporary error takes it down and is not reported.
    virtual Result<void> take(int max, int waitMs, Taken& out) = 0;
    // Nothing more to meet: everything is found, or the queue has no more.
    virtual bool isDone() const = 0;
    virtual bool isExhausted() const = 0;                 // done, and what was not met is not there
    virtual QString stalledBecause() const { return {}; } // there are messages, but we are given none
    // Removes the originals; each index is an item with a tag. False: taken down instead.
    virtual Result<bool> settle(std::span<const std::uint32_t> indexes) = 0;
    // Asks the broker something after the settles, so that they have been carried out. False as above.
    virtual Result<bool> sync() = 0;
    // False: it was settled, but was not there any more; see MessageSource::wasThere.
    virtual bool wasThere(const RunItem&) { return true; }
    // The original went with the message that was sent.
    virtual void moved(const RunItem&) {}
    // It did not go, and the original is back in the queue: it is met again.
    virtual void awaitAgain(RunItem&) {}
    // An item without tag that needs no meeting any more.
    virtual void dropAwaited(const RunItem& item) = 0;
    virtual bool holdsTooLong() const { return false; }
    virtual bool holdsLocks() const { return false; } // that end unless sync() is called often
    virtual void release() = 0; // gives everything back; open() starts again from the head
    virtual void close() = 0;   // gives everything back, for good
};

} // namespace signalbox
