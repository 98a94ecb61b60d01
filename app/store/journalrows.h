// How the journal's values lie in its tables: keys, headers, messages, routes. Pure; the statements belong to
// the caller.
#pragma once

#include "app/store/rows.h"
#include "models/replay/replayjournal.h"

#include <QHash>

namespace signalbox {

// Items of a run lie side by side: run_no * 2^32 + number.
inline constexpr qint64 itemsPerRun = qint64{1} << 32;
inline qint64 itemKey(qint64 runNo, qint64 number) {
    return runNo * itemsPerRun + number;
}
inline qint64 runOfKey(qint64 key) {
    return key / itemsPerRun;
}
inline qint64 numberOfKey(qint64 key) {
    return key % itemsPerRun;
}

// First and last of a run of consecutive numbers.
struct NumberRange {
    qint64 first = 0;
    qint64 last = 0;
    qint64 size() const { return last - first + 1; }
};
// Sorted, each number once. Invalid when a number cannot be one (below 1, 2^32 or more).
Result<std::vector<NumberRange>> rangesOf(std::span<const qint64> numbers);

QString toJsonList(const QStringList& list);
QStringList fromJsonList(const QString& json);

// The columns of replay_run after run_no, in the order of `runColumns`.
inline constexpr const char* runColumns =
    "run_no, id, kind, state, actor, reason, created_ms, ended_ms, end_reason, source_connection, "
    "source_space, "
    "source_name, connection_name, destination, options, source_is_stream, parent_run, delivery_limit, "
    "deliveries_before, source_opens";
// Of a run over this queue, by whichever connection to its broker: bind connection, space and name. On
// Service Bus names are the same in any case, and the space is only what a credential is for.
inline constexpr const char* runOfQueue =
    "(source_connection = ?1 AND source_space = ?2 AND source_name = ?3 OR "
    "source_address = (SELECT address FROM connection_address WHERE id = ?1) AND "
    "CASE WHEN source_address LIKE 'servicebus:%' THEN lower(source_name) = lower(?3) "
    "ELSE source_space = ?2 AND source_name = ?3 END)";
Result<RunRecord> runOf(const Statement& row); // without counts
std::optional<RunState> runStateFromWord(const QString& word);

// The columns of replay_copy and replay_edited after item_key.
inline constexpr const char* messageColumns =
    "exchange, routing_key, redelivered, body_complete, body_size, properties, body";
inline constexpr int messageColumnCount = 7;
// Binds from parameter `first` on, without copying: message and properties must live until the statement ran.
void bindMessage(Statement& statement, int first, const Message& message, const QByteArray& properties);
Result<Message> messageOf(const Statement& row, int first);

// The part of a plan item that many share.
struct PlanRoute {
    QByteArray exchange;
    QByteArray routingKey;
    QStringList receivers;
    bool receiversKnown = false;
    QStringList changes;
    QString note;
    bool operator==(const PlanRoute&) const = default;
};

// Whether an accepted but never started run still claims its messages: for a quarter of an hour.
bool plannedStillClaims(qint64 createdMs, const QDateTime& now);

} // namespace signalbox
