#include "models/replay/openbudget.h"

#include "models/messaging/deliverycount.h"

#include <algorithm>

namespace signalbox {

void OpenBudget::reserve() {
    if (reserved_)
        return;
    reserved_ = true;
    ++start_.opens;
    if (seen_ >= 0)
        ++seen_;
}

void OpenBudget::met(const Message& message) {
    if (start_.limit >= 0)
        seen_ = std::max(seen_, deliveryCount(message) + 1);
}

// What was used before and is not known counts as nothing: the run's own openings are the least there was.
int OpenBudget::used() const {
    return std::max(std::max(start_.before, 0) + start_.opens + others_, seen_);
}

Error OpenBudget::spent(const QString& queue, bool isPurge) const {
    return {
        ErrorKind::NotAllowed,
        QStringLiteral("The run stopped: its messages have used %1 of the %2 deliveries that the queue %3 "
                       "allows, and reading it again could make the broker drop some. Raise the queue's "
                       "delivery limit, then %4.")
            .arg(used())
            .arg(start_.limit)
            .arg(queue, isPurge ? QStringLiteral("purge it again") : QStringLiteral("resume the run")),
        {}};
}

} // namespace signalbox
