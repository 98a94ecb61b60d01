#include "models/deadletters/passedover.h"

#include "models/messaging/deliverycount.h"

namespace signalbox {

namespace {

constexpr int idsInOneGo = 1000;

} // namespace

Result<PassedOver> passedOver(Snapshot& snapshot, const std::set<qint64>& chosen, int returns) {
    PassedOver passed;
    std::size_t left = chosen.size();
    SnapshotCursor cursor;
    while (left > 0 && !cursor.atEnd) {
        const auto page = snapshot.ids({}, cursor, idsInOneGo);
        if (!page)
            return failure(page.error());
        cursor = page->next;
        for (const qint64 id : page->ids) {
            if (left == 0)
                break;
            if (chosen.contains(id)) {
                --left;
                continue;
            }
            ++passed.messages;
            if (returns < 0)
                continue;
            const auto message = snapshot.message(id);
            if (!message)
                return failure(message.error());
            if (deliveryCount(*message) >= returns)
                ++passed.atLimit;
        }
    }
    return passed;
}

QString passedOverText(const PassedOver& passed, int returns) {
    if (passed.messages == 0)
        return {};
    QString text =
        passed.messages == 1
            ? QStringLiteral("1 message in front of the chosen ones was not chosen: it is locked "
                             "meanwhile and given back, and its delivery count rises by one")
            : QStringLiteral("%1 messages in front of the chosen ones were not chosen: they are locked "
                             "meanwhile and given back, and their delivery count rises by one")
                  .arg(passed.messages);
    if (passed.atLimit > 0)
        text += QStringLiteral(", with which %1 of them reach the queue's limit of %2 deliveries and are "
                               "dead-lettered")
                    .arg(passed.atLimit)
                    .arg(returns + 1);
    return text + QLatin1Char('.');
}

Result<QString> passedOverWarning(Snapshot& snapshot, const std::set<qint64>& chosen, int returns) {
    const auto passed = passedOver(snapshot, chosen, returns);
    if (!passed)
        return failure(passed.error());
    return passedOverText(*passed, returns);
}

} // namespace signalbox
