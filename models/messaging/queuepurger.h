// Port: empties a queue without giving its messages to anybody, so that no copies are kept. Blocking; made on
// any thread, then used by one worker thread only, except interrupt().
#pragma once

#include "models/base/result.h"

namespace signalbox {

class QueuePurger {
public:
    virtual ~QueuePurger() = default;
    virtual Result<void> open() = 0; // again after an error
    // Removes some of the messages that were enqueued before the cut-off. False: none of them is left that
    // can be removed.
    virtual Result<bool> removeSome() = 0;
    // How many are known to be removed, over all openings. After an error it may be fewer than went.
    virtual qint64 removed() const = 0;
    // What stays, or how many may have gone besides, for people; empty: nothing to say.
    virtual QString remark() const { return {}; }
    virtual void close() = 0;
    // From any thread: a blocked call returns Cancelled soon.
    virtual void interrupt() = 0;
};

} // namespace signalbox
