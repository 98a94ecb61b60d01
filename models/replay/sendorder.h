// Sending in another order than the queue's: all messages of the run are taken and held before the first one
// goes out, which bounds how many they can be. Pure.
#pragma once

#include "models/messaging/bustopology.h"
#include "models/replay/replayplan.h"

namespace signalbox {

inline constexpr qint64 mostOrdered = 10000;
inline constexpr qint64 mostOrderedBytes = 64LL << 20; // of bodies

// Nothing to say where the plan keeps the queue's order. Invalid: too many to be held. Unsupported: messages
// of sessions, which the service gives one session after the other.
Result<void> checkOrder(const ReplayPlan& plan);
// What a plan with an order of its own warns of; empty: it has none, or nothing can be sent.
QString orderWarning(const ReplayPlan& plan, bool isStream);
// A receiver whose partitions do not keep the order among each other; empty: none, or nobody knows.
QString partitionWarning(const ReplayPlan& plan, const BusTopology* topology);
// "last in the queue first", "by size, highest first"; empty: the queue's.
QString orderWords(const QString& order);

} // namespace signalbox
