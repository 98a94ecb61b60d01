// What a run does to messages it does not want: where messages are given only in order, those in front of
// the chosen ones are locked meanwhile and given back, which counts as a delivery. So are some behind the
// last one: they come in the same helping.
#pragma once

#include "models/deadletters/snapshot.h"
#include "models/messaging/messagesource.h"

#include <set>

namespace signalbox {

struct PassedOver {
    qint64 messages = 0;
    qint64 atLimit = 0; // of these, so many are given up by the queue when they are given back
    qint64 behind = 0;  // at most; without those in front
    qint64 behindAtLimit = 0;
    int mostUsed = -1; // deliveries of one of them; -1: there is none, or nobody looked
};

struct PassingRules {
    int returns = -1; // how often messages may be given back (see allowedReturns); -1: without a limit
    bool hasSessions = false; // each session has an order of its own (see QueueInfo)
    qint64 helping = 500;     // so many are taken at once at most (see ReplayTuning::batch)
    RemovedByAsk
        removedBy{}; // what has left its place since is not in front any more; null: nothing is known
};

// `chosen`: ids in the snapshot, of the messages that the run wants. Reads the messages in front of the last
// chosen one and a helping behind it; blocking.
Result<PassedOver> passedOver(Snapshot& snapshot, const std::set<qint64>& chosen, const PassingRules& rules);

// The sentence a plan warns with; empty: nothing is passed over.
QString passedOverText(const PassedOver& passed, const PassingRules& rules);
// Of a queue with a limit: the delivery counts as they are now, by peeking, since those that were read may be
// old. NotAllowed as below; else the most that one has used, -1: none was met. Blocking; opens and closes the
// source.
Result<int> checkDeliveriesNow(Snapshot& snapshot, const std::set<qint64>& chosen, const PassingRules& rules,
                               MessageSource& source);
// All in one; no source: what was read counts. NotAllowed: a message that was not chosen would be given up by
// its queue, and the error says so.
struct PassingWarning {
    QString text;  // empty: nothing is passed over
    int used = -1; // as PassedOver::mostUsed
};
Result<PassingWarning> passedOverWarning(Snapshot& snapshot, const std::set<qint64>& chosen,
                                         const PassingRules& rules, MessageSource* source = nullptr);

} // namespace signalbox
