#include "app/store/journalrows.h"

#include "models/messaging/messagecodec.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace signalbox {

Result<std::vector<NumberRange>> rangesOf(std::span<const qint64> numbers) {
    std::vector<qint64> copy;
    if (!std::is_sorted(numbers.begin(), numbers.end())) {
        copy.assign(numbers.begin(), numbers.end());
        std::sort(copy.begin(), copy.end());
        numbers = copy;
    }
    std::vector<NumberRange> ranges;
    for (const qint64 number : numbers) {
        if (number < 1 || number >= itemsPerRun)
            return failure(ErrorKind::Invalid,
                           QStringLiteral("%1 is not the number of an item.").arg(number));
        if (!ranges.empty() && number <= ranges.back().last + 1)
            ranges.back().last = number;
        else
            ranges.push_back({number, number});
    }
    return ranges;
}

QString toJsonList(const QStringList& list) {
    if (list.isEmpty())
        return QStringLiteral("[]");
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(list)).toJson(QJsonDocument::Compact));
}

QStringList fromJsonList(const QString& json) {
    QStringList list;
    const QJsonArray array = QJsonDocument::fromJson(json.toUtf8()).array();
    for (const auto& value : array)
        list << value.toString();
    return list;
}

std::optional<RunState> runStateFromWord(const QString& word) {
    for (const RunState state : {RunState::Planned, RunState::Running, RunState::Paused, RunState::Finished,
                                 RunState::Cancelled, RunState::Failed}) {
        if (word == runStateWord(state))
            return state;
    }
    return std::nullopt;
}

Result<RunRecord> runOf(const Statement& row) {
    const auto kind = runKindFromWord(row.text(2));
    const auto state = runStateFromWord(row.text(3));
    auto options = replayOptionsFromJson(row.bytes(14));
    if (!kind || !state || !options)
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("Run %1 in the replay journal cannot be read; it may be damaged, or written by a "
                           "newer Signalbox.")
                .arg(row.text(1)),
            QStringLiteral("kind %1, state %2").arg(row.text(2), row.text(3)));
    RunRecord record;
    record.state = *state;
    if (!row.isNull(7))
        record.endedAt = fromMs(row.int64(7));
    record.endReason = row.text(8);
    RunHeader& header = record.header;
    header.id = row.text(1);
    header.kind = *kind;
    header.actor = row.text(4);
    header.reason = row.text(5);
    header.createdAt = fromMs(row.int64(6));
    header.source = {row.text(9), row.text(10), row.text(11)};
    header.connectionName = row.text(12);
    header.destination = row.text(13);
    header.options = std::move(*options);
    header.sourceIsStream = row.integer(15) != 0;
    header.parentRun = row.text(16);
    header.deliveryLimit = row.integer(17);
    header.deliveriesBefore = row.integer(18);
    record.sourceOpens = row.integer(19);
    return record;
}

void bindMessage(Statement& statement, int first, const Message& message, const QByteArray& properties) {
    statement.bindBlob(first, message.exchange)
        .bindBlob(first + 1, message.routingKey)
        .bind(first + 2, message.redelivered)
        .bind(first + 3, message.bodyComplete)
        .bind(first + 4, message.bodySize)
        .bindBlob(first + 5, properties)
        .bindBlob(first + 6, message.body);
}

Result<Message> messageOf(const Statement& row, int first) {
    auto properties = decodeProperties(row.view(first + 5));
    if (!properties)
        return failure(std::move(properties.error()));
    Message message;
    message.exchange = row.bytes(first);
    message.routingKey = row.bytes(first + 1);
    message.redelivered = row.integer(first + 2) != 0;
    message.bodyComplete = row.integer(first + 3) != 0;
    message.bodySize = row.int64(first + 4);
    message.properties = std::move(*properties);
    message.body = row.bytes(first + 6);
    return message;
}

bool plannedStillClaims(qint64 createdMs, const QDateTime& now) {
    constexpr qint64 claimMs = qint64{15} * 60 * 1000;
    return toMs(now) - createdMs < claimMs;
}

} // namespace signalbox
