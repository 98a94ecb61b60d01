// What the store's tests share: a workspace in a temporary folder, messages and plan items made by number.
#pragma once

#include "app/store/workspacedb.h"
#include "models/replay/replayjournal.h"
#include "tests/support/fakeclock.h"

#include <QTemporaryDir>
#include <QTest>

#include <numeric>

namespace signalbox {

// The value, or the end of the test program with the error's words.
template<class T>
T need(Result<T> result) {
    if (!result)
        qFatal("%s (%s)", qPrintable(result.error().summary), qPrintable(result.error().detail));
    return std::move(*result);
}
inline void need(const Result<void>& result) {
    if (!result)
        qFatal("%s (%s)", qPrintable(result.error().summary), qPrintable(result.error().detail));
}

// The kind of a failure; Internal with a complaint when it did not fail.
template<class T>
ErrorKind failed(const Result<T>& result) {
    if (result)
        qWarning("this should have failed");
    return result ? ErrorKind::Internal : result.error().kind;
}

struct Folder {
    QTemporaryDir dir;
    QString file() const { return dir.filePath(QStringLiteral("team.signalbox")); }
};

inline Message messageNo(qint64 number, qsizetype bodyBytes = 20) {
    Message message;
    message.exchange = "orders";
    message.routingKey = "order.created";
    message.redelivered = number % 2 == 0;
    message.properties.messageId = "id-" + QByteArray::number(number);
    message.properties.deliveryMode = 2;
    message.properties.headers = HeaderTable{{"attempt", HeaderValue::int64(number)}};
    message.body = QByteArray::number(number).leftJustified(bodyBytes, '.');
    message.bodySize = message.body.size();
    return message;
}

inline PlanItem itemNo(qint64 number) {
    PlanItem item;
    item.number = number;
    item.snapshotId = 100 + number;
    item.position = number;
    item.fingerprint = fingerprintOf(messageNo(number));
    item.exchange = "";
    item.routingKey = "orders";
    item.receivers = QStringList{QStringLiteral("orders")};
    item.receiversKnown = true;
    item.changes = QStringList{QStringLiteral("removes x-death")};
    return item;
}

inline std::vector<PlanItem> itemsTo(qint64 last) {
    std::vector<PlanItem> items;
    for (qint64 number = 1; number <= last; ++number)
        items.push_back(itemNo(number));
    return items;
}

inline std::vector<qint64> numbers(qint64 first, qint64 last) {
    std::vector<qint64> all(static_cast<std::size_t>(last - first + 1));
    std::iota(all.begin(), all.end(), first);
    return all;
}

inline const EntityRef deadQueue{QStringLiteral("c1"), QStringLiteral("/"), QStringLiteral("orders.dead")};

inline RunHeader header(const QString& id, RunKind kind = RunKind::Replay) {
    RunHeader made;
    made.id = id;
    made.kind = kind;
    made.actor = QStringLiteral("ann@box");
    made.reason = QStringLiteral("ticket 4711");
    made.createdAt = QDateTime(QDate(2024, 3, 1), QTime(11, 59), Qt::UTC);
    made.source = deadQueue;
    made.connectionName = QStringLiteral("payroll");
    made.destination = QStringLiteral("to the origin queue");
    return made;
}

// "planned 3, removed 2", in the order of the states.
inline QString countsText(const RunRecord& record) {
    QStringList parts;
    for (const auto& [state, items] : record.counts)
        parts << QStringLiteral("%1 %2").arg(itemStateWord(state)).arg(items);
    return parts.join(QStringLiteral(", "));
}

// Saves copies of messages `first` to `last` as the job does.
inline Result<void> saveNumbers(ReplayJournal& journal, const QString& run, qint64 first, qint64 last,
                                ItemState next) {
    std::vector<Message> messages;
    for (qint64 number = first; number <= last; ++number)
        messages.push_back(messageNo(number));
    std::vector<SavedCopy> copies;
    for (qint64 number = first; number <= last; ++number)
        copies.push_back({number, &messages[static_cast<std::size_t>(number - first)], {}, {}});
    return journal.saveCopies(run, copies, next);
}

} // namespace signalbox
