#include "models/deadletters/passedover.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/deliverycount.h"

#include <QHash>

namespace signalbox {

namespace {

constexpr int idsInOneGo = 1000;

} // namespace

Result<PassedOver> passedOver(Snapshot& snapshot, const std::set<qint64>& chosen, const PassingRules& rules) {
    PassedOver passed;
    QHash<QString, PassedOver> bySession; // met since the last chosen one of each
    const bool looks = rules.returns >= 0 || rules.hasSessions;
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
            const bool isChosen = chosen.contains(id);
            if (isChosen)
                --left;
            if (isChosen && !rules.hasSessions)
                continue;
            const auto message = looks ? snapshot.message(id) : Result<Message>(Message());
            if (!message)
                return failure(message.error());
            PassedOver& waiting =
                rules.hasSessions ? bySession[amqp10::text(amqp10::find(*message, amqp10::groupId))] : passed;
            if (isChosen) {
                passed.messages += waiting.messages;
                passed.atLimit += waiting.atLimit;
                waiting = {};
                continue;
            }
            ++waiting.messages;
            if (rules.returns >= 0 && deliveryCount(*message) >= rules.returns)
                ++waiting.atLimit;
        }
    }
    return passed;
}

QString passedOverText(const PassedOver& passed, const PassingRules& rules) {
    if (passed.messages == 0)
        return {};
    const QString where = rules.hasSessions ? QStringLiteral("in front of the chosen ones of their sessions")
                                            : QStringLiteral("in front of the chosen ones");
    QString text = passed.messages == 1
                       ? QStringLiteral("1 message %1 was not chosen: it is locked meanwhile and given back, "
                                        "and its delivery count rises by one")
                             .arg(where)
                       : QStringLiteral("%1 messages %2 were not chosen: they are locked meanwhile and given "
                                        "back, and their delivery count rises by one")
                             .arg(QString::number(passed.messages), where);
    if (passed.atLimit > 0)
        text += QStringLiteral(", with which %1 of them reach the queue's limit of %2 deliveries and are "
                               "dead-lettered")
                    .arg(passed.atLimit)
                    .arg(rules.returns + 1);
    return text + QLatin1Char('.');
}

Result<QString> passedOverWarning(Snapshot& snapshot, const std::set<qint64>& chosen,
                                  const PassingRules& rules) {
    const auto passed = passedOver(snapshot, chosen, rules);
    if (!passed)
        return failure(passed.error());
    return passedOverText(*passed, rules);
}

} // namespace signalbox
