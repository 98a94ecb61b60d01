#include "models/deadletters/passedover.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/deliverycount.h"

#include <QHash>
#include <QStringList>
#include <algorithm>

namespace signalbox {

namespace {

constexpr int idsInOneGo = 1000;

// Counts in the queue's order. Of each session apart, where there are any: those that stand behind its last
// chosen one are kept apart until the end.
class PassingCount {
public:
    PassingCount(Snapshot& snapshot, const std::set<qint64>& chosen, const PassingRules& rules)
        : snapshot_(snapshot)
        , chosen_(chosen)
        , rules_(rules)
        , left_(chosen.size()) {}

    bool isOver() const { return left_ == 0 && seenBehind_ >= rules_.helping; }

    Result<void> meetAll(std::span<const qint64> ids) {
        const auto rows = snapshot_.rows(ids);
        if (!rows)
            return failure(rows.error());
        const auto runs = rules_.removedBy ? rules_.removedBy(readMessages(*rows))
                                           : Result<std::vector<QString>>(std::vector<QString>(rows->size()));
        if (!runs)
            return failure(runs.error());
        for (std::size_t i = 0; i < rows->size() && !isOver(); ++i) {
            const SnapshotRow& row = (*rows)[i];
            // No receiver is given what is scheduled or deferred.
            if (!(*runs)[i].isEmpty() || row.state != amqp10::State::Active)
                continue;
            if (auto met = meet(row.id); !met)
                return met;
        }
        return {};
    }

    PassedOver result() const {
        PassedOver all = passed_;
        for (const Waiting& waiting : waiting_) {
            if (!waiting.isTaken)
                continue;
            all.behind += std::min(waiting.messages, rules_.helping);
            all.behindAtLimit += std::min(waiting.atLimit, rules_.helping);
            all.mostUsed = std::max(all.mostUsed, waiting.mostUsed);
        }
        return all;
    }

private:
    Result<void> meet(qint64 id) {
        const bool isChosen = chosen_.contains(id);
        if (left_ == 0)
            ++seenBehind_;
        left_ -= isChosen ? 1 : 0;
        const bool looks = rules_.hasSessions || (rules_.returns >= 0 && !isChosen);
        const auto message = looks ? snapshot_.message(id) : Result<Message>(Message());
        if (!message)
            return failure(message.error());
        Waiting& waiting =
            waiting_[rules_.hasSessions ? amqp10::text(amqp10::find(*message, amqp10::groupId)) : QString()];
        if (isChosen) {
            passed_.messages += waiting.messages;
            passed_.atLimit += waiting.atLimit;
            passed_.mostUsed = std::max(passed_.mostUsed, waiting.mostUsed);
            waiting = {0, 0, -1, true};
            return {};
        }
        ++waiting.messages;
        if (rules_.returns >= 0) {
            const int used = deliveryCount(*message);
            waiting.mostUsed = std::max(waiting.mostUsed, used);
            waiting.atLimit += used >= rules_.returns ? 1 : 0;
        }
        return {};
    }

    struct Waiting {
        qint64 messages = 0; // met since the last chosen one
        qint64 atLimit = 0;
        int mostUsed = -1;
        bool isTaken = false; // there was a chosen one
    };
    Snapshot& snapshot_;
    const std::set<qint64>& chosen_;
    const PassingRules& rules_;
    std::size_t left_;
    qint64 seenBehind_ = 0;
    PassedOver passed_;
    QHash<QString, Waiting> waiting_; // by session
};

// The queue gives up what is given back to it once too often.
Error lastDeliveryError(qint64 count, const PassingRules& rules) {
    return {ErrorKind::NotAllowed,
            QStringLiteral("%1 not chosen would be dead-lettered: taken along and given back, %2 reach the "
                           "queue's limit of %3 deliveries. Choose %4 as well, or raise the limit first.")
                .arg(count == 1 ? QStringLiteral("1 message that was")
                                : QStringLiteral("%1 messages that were").arg(count),
                     count == 1 ? QStringLiteral("it would") : QStringLiteral("they would"),
                     QString::number(rules.returns + 1),
                     count == 1 ? QStringLiteral("it") : QStringLiteral("them")),
            {}};
}

} // namespace

Result<PassedOver> passedOver(Snapshot& snapshot, const std::set<qint64>& chosen, const PassingRules& rules) {
    if (chosen.empty())
        return PassedOver();
    PassingCount count(snapshot, chosen, rules);
    SnapshotCursor cursor;
    while (!count.isOver() && !cursor.atEnd) {
        const auto page = snapshot.ids({}, cursor, idsInOneGo);
        if (!page)
            return failure(page.error());
        cursor = page->next;
        if (auto met = count.meetAll(page->ids); !met)
            return failure(std::move(met.error()));
    }
    return count.result();
}

QString passedOverText(const PassedOver& passed, const PassingRules& rules) {
    QStringList sentences;
    const QString where = rules.hasSessions ? QStringLiteral("in front of the chosen ones of their sessions")
                                            : QStringLiteral("in front of the chosen ones");
    if (passed.messages == 1)
        sentences << QStringLiteral("1 message %1 was not chosen: it is locked meanwhile and given back, "
                                    "and its delivery count rises by one.")
                         .arg(where);
    else if (passed.messages > 1)
        sentences << QStringLiteral("%1 messages %2 were not chosen: they are locked meanwhile and given "
                                    "back, and their delivery count rises by one.")
                         .arg(QString::number(passed.messages), where);
    if (passed.behind > 0)
        sentences << QStringLiteral("Up to %1 behind the last chosen one%2 may be taken along and given "
                                    "back, too, with a delivery more.")
                         .arg(QString::number(passed.behind),
                              rules.hasSessions ? QStringLiteral(" of each session") : QString());
    return sentences.join(QLatin1Char(' '));
}

namespace {

// What a run wants, as the service knows it.
struct Wanted {
    std::set<qint64> positions;
    std::set<QString> sessions;
};

Result<Wanted> wantedOf(Snapshot& snapshot, const std::set<qint64>& chosen, bool hasSessions) {
    Wanted wanted;
    const std::vector<qint64> ids(chosen.begin(), chosen.end());
    for (std::size_t at = 0; at < ids.size(); at += idsInOneGo) {
        const auto part = std::span(ids).subspan(at, std::min<std::size_t>(idsInOneGo, ids.size() - at));
        const auto rows = snapshot.rows(part);
        if (!rows)
            return failure(rows.error());
        for (const SnapshotRow& row : *rows)
            wanted.positions.insert(row.position);
        for (const qint64 id : hasSessions ? part : std::span<const qint64>()) {
            const auto message = snapshot.message(id);
            if (!message)
                return failure(message.error());
            wanted.sessions.insert(amqp10::text(amqp10::find(*message, amqp10::groupId)));
        }
    }
    return wanted;
}

} // namespace

Result<int> checkDeliveriesNow(Snapshot& snapshot, const std::set<qint64>& chosen, const PassingRules& rules,
                               MessageSource& source) {
    const auto wanted = wantedOf(snapshot, chosen, rules.hasSessions);
    if (!wanted)
        return failure(wanted.error());
    if (auto opened = source.open(); !opened)
        return failure(std::move(opened.error()));
    qint64 endangered = 0;
    int mostUsed = -1;
    qint64 behind = 0;
    while (rules.hasSessions || behind < rules.helping) {
        const auto some = source.receive(idsInOneGo, 0);
        if (!some) {
            source.close();
            return failure(some.error());
        }
        if (some->empty())
            break;
        for (const Delivery& met : *some) {
            const bool isOthers =
                rules.hasSessions &&
                !wanted->sessions.contains(amqp10::text(amqp10::find(met.message, amqp10::groupId)));
            if (met.streamOffset > *wanted->positions.rbegin())
                ++behind;
            if (isOthers || wanted->positions.contains(met.streamOffset) ||
                amqp10::stateOf(met.message) != amqp10::State::Active)
                continue;
            const int used = deliveryCount(met.message);
            mostUsed = std::max(mostUsed, used);
            endangered += used >= rules.returns ? 1 : 0;
        }
    }
    source.close();
    return endangered == 0 ? Result<int>(mostUsed) : failure(lastDeliveryError(endangered, rules));
}

Result<PassingWarning> passedOverWarning(Snapshot& snapshot, const std::set<qint64>& chosen,
                                         const PassingRules& rules, MessageSource* source) {
    const auto passed = passedOver(snapshot, chosen, rules);
    if (!passed)
        return failure(passed.error());
    if (const qint64 endangered = passed->atLimit + passed->behindAtLimit; endangered > 0)
        return failure(lastDeliveryError(endangered, rules));
    PassingWarning warning{passedOverText(*passed, rules), passed->mostUsed};
    if (source && rules.returns >= 0 && passed->messages + passed->behind > 0) {
        const auto used = checkDeliveriesNow(snapshot, chosen, rules, *source);
        if (!used)
            return failure(used.error());
        warning.used = std::max({0, warning.used, *used});
    }
    return warning;
}

} // namespace signalbox
