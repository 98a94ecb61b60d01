#include "models/deadletters/snapshotcolumns.h"

#include <array>

namespace signalbox {

namespace {

struct ColumnTrait {
    QLatin1StringView word;
    ColumnType type;
};

constexpr std::array<ColumnTrait, columnCount> traits = {{
    {QLatin1StringView("position"), ColumnType::Number},
    {QLatin1StringView("reason"), ColumnType::Text},
    {QLatin1StringView("queue"), ColumnType::Text},
    {QLatin1StringView("exchange"), ColumnType::Text},
    {QLatin1StringView("routing_key"), ColumnType::Text},
    {QLatin1StringView("first_death"), ColumnType::Time},
    {QLatin1StringView("last_death"), ColumnType::Time},
    {QLatin1StringView("deaths"), ColumnType::Number},
    {QLatin1StringView("exception"), ColumnType::Text},
    {QLatin1StringView("error"), ColumnType::Text},
    {QLatin1StringView("type"), ColumnType::Text},
    {QLatin1StringView("message_id"), ColumnType::Text},
    {QLatin1StringView("correlation_id"), ColumnType::Text},
    {QLatin1StringView("size"), ColumnType::Size},
    {QLatin1StringView("redelivered"), ColumnType::Flag},
    {QLatin1StringView("attempts"), ColumnType::Number},
    {QLatin1StringView("framework"), ColumnType::Text},
}};

struct Alias {
    QLatin1StringView word;
    Column column;
};

constexpr std::array<Alias, 5> aliases = {{
    {QLatin1StringView("origin"), Column::OriginQueue},
    {QLatin1StringView("origin_queue"), Column::OriginQueue},
    {QLatin1StringView("exception_type"), Column::ExceptionType},
    {QLatin1StringView("exception_text"), Column::ExceptionText},
    {QLatin1StringView("message_type"), Column::MessageType},
}};

} // namespace

QString columnWord(Column column) {
    return traits.at(static_cast<std::size_t>(column)).word;
}

std::optional<Column> columnFromWord(QStringView word) {
    for (std::size_t i = 0; i < traits.size(); ++i) {
        if (word.compare(traits.at(i).word, Qt::CaseInsensitive) == 0)
            return static_cast<Column>(i);
    }
    for (const Alias& alias : aliases) {
        if (word.compare(alias.word, Qt::CaseInsensitive) == 0)
            return alias.column;
    }
    return std::nullopt;
}

ColumnType columnType(Column column) {
    return traits.at(static_cast<std::size_t>(column)).type;
}

QString shownExchange(const DeathFacts& facts, const QByteArray& delivered) {
    return facts.originKnown ? facts.originExchange : QString::fromUtf8(delivered);
}

QString shownRoutingKey(const DeathFacts& facts, const QByteArray& delivered) {
    return facts.originKnown && !facts.originKeys.isEmpty() ? facts.originKeys.first()
                                                            : QString::fromUtf8(delivered);
}

std::vector<ReadMessage> readMessages(std::span<const SnapshotRow> rows) {
    std::vector<ReadMessage> messages;
    messages.reserve(rows.size());
    for (const SnapshotRow& row : rows)
        messages.push_back({row.fingerprint, row.occurrence});
    return messages;
}

void setRemovedBy(std::vector<SnapshotRow>& rows, const std::vector<QString>& runs) {
    for (std::size_t i = 0; i < rows.size() && i < runs.size(); ++i)
        rows[i].removedBy = runs[i];
}

QVariant columnValue(const SnapshotRow& row, Column column) {
    switch (column) {
    case Column::Position:
        return row.position;
    case Column::Reason:
        return row.facts.reason;
    case Column::OriginQueue:
        return row.facts.originQueue;
    case Column::Exchange:
        return shownExchange(row.facts, row.exchange);
    case Column::RoutingKey:
        return shownRoutingKey(row.facts, row.routingKey);
    case Column::FirstDeath:
        return row.facts.firstDeath;
    case Column::LastDeath:
        return row.facts.lastDeath;
    case Column::Deaths:
        return row.facts.deaths;
    case Column::ExceptionType:
        return row.facts.exceptionType;
    case Column::ExceptionText:
        return row.facts.exceptionText;
    case Column::MessageType:
        return row.facts.messageType;
    case Column::MessageId:
        return QString::fromUtf8(row.messageId);
    case Column::CorrelationId:
        return QString::fromUtf8(row.correlationId);
    case Column::Size:
        return row.size;
    case Column::Redelivered:
        return row.redelivered;
    case Column::Attempts:
        return row.facts.replayAttempts;
    case Column::Framework:
        return row.facts.framework;
    }
    return {};
}

} // namespace signalbox
