// Sizes and waits of a running job. The defaults are what operators get; tests make the waits short.
#pragma once

#include <chrono>

namespace signalbox {

struct ReplayTuning {
    using ms = std::chrono::milliseconds;

    int batch = 500;   // messages per journal step, as far as they are at hand
    int window = 2000; // most messages published without an answer: the bound of what can end in doubt
    int boundedSource = 10000; // window of the bounded source, see ReplayJob::Parts
    ms idleWait{100};          // longest wait for the broker inside one turn
    ms gather{4};              // a step that is not full waits this long for more,
    ms gatherBusy{40};         // and this long while the broker has half a window to work on: small steps are
                               // small bursts, each with a flush here and one at the broker
    ms nap{3};                 // between two looks at the broker's answers while it is busy
    ms quiet{500};        // a queue is drained when nothing came for that long and the broker says 0 ready
    ms streamQuiet{1500}; // streams: nothing came for that long
    ms sync{250};         // removals are written down once the broker has answered after them, this often
    ms backOffFirst{500};
    ms backOffCap{30000};
    ms notFoundPatience{120000};
    ms pauseHold{60000};    // a longer pause or alarm gives everything back
    ms maxHold{20 * 60000}; // below the broker's consumer time-out of 30 minutes
    ms cancelGrace{5000};   // wait for answers under way
    ms lossGrace{
        90000}; // a broken connection keeps its messages until the broker notices: two heartbeats and more
    ms stallPatience{120000};
    ms lockPatience{6 * 60000}; // the same where messages are locked, which lasts five minutes at most
    ms journalPatience{60000};
    ms keepAlive{5000};
    ms keepLocks{2000}; // the same where messages are locked, which may last as little as five seconds
    long long giveUpAfter = 50000; // unselected messages in a row, or twice the queue, whatever is more
};

} // namespace signalbox
