#include "views/deadletters/deadletterproxy.h"

#include "models/deadletters/snapshotcolumns.h"
#include "models/messaging/brokergateway.h"
#include "views/widgets/messageviewwords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QFont>
#include <QGuiApplication>

namespace signalbox {

namespace {

constexpr qsizetype runPrefix = 8; // as lists of runs show them

bool isNumber(Column column) {
    const ColumnType type = columnType(column);
    return type == ColumnType::Number || type == ColumnType::Size;
}

} // namespace

DeadLetterProxy::DeadLetterProxy(DeadLetterTableModel& model, QObject* parent)
    : QIdentityProxyModel(parent)
    , model_(model) {
    setSourceModel(&model);
}

void DeadLetterProxy::setQueueType(const QString& word) {
    byOffset_ = word == queueTypeWord(QueueType::Stream);
    bySequence_ = word == queueTypeWord(QueueType::ServiceBus);
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, 0);
}

QString DeadLetterProxy::heading(Column column) {
    switch (column) {
    case Column::Position:
        return tr("#");
    case Column::Reason:
        return tr("Reason");
    case Column::OriginQueue:
        return tr("Died in");
    case Column::Exchange:
        return tr("Exchange");
    case Column::RoutingKey:
        return tr("Routing key");
    case Column::FirstDeath:
        return tr("First death");
    case Column::LastDeath:
        return tr("Last death");
    case Column::Deaths:
        return tr("Deaths");
    case Column::ExceptionType:
        return tr("Exception");
    case Column::ExceptionText:
        return tr("Error");
    case Column::MessageType:
        return tr("Message type");
    case Column::MessageId:
        return tr("Message id");
    case Column::CorrelationId:
        return tr("Correlation id");
    case Column::Size:
        return tr("Size");
    case Column::Redelivered:
        return tr("Redelivered");
    case Column::Attempts:
        return tr("Replays");
    case Column::Framework:
        return tr("Framework");
    }
    return {};
}

QVariant DeadLetterProxy::text(const QVariant& value, Column column) const {
    switch (column) {
    case Column::Reason:
        return deathWords(value.toString()).text;
    case Column::Size:
        return words::bytes(value.toLongLong());
    case Column::Position:
        return bySequence_ ? value.toString() : words::count(value.toLongLong());
    case Column::Deaths:
        return words::count(value.toLongLong());
    case Column::Attempts:
        return value.toLongLong() > 0 ? words::count(value.toLongLong()) : QString();
    case Column::FirstDeath:
    case Column::LastDeath:
        return words::when(value.toDateTime());
    case Column::Redelivered:
        return value.toBool() ? tr("yes") : QString();
    default:
        return oneLine(value.toString());
    }
}

QVariant DeadLetterProxy::picture(const SnapshotRow& row, Column column) const {
    if (column == Column::Reason && !row.removedBy.isEmpty())
        return icon(QStringLiteral("check"), Tone::TextDim);
    if (column == Column::Reason) {
        const DeathWords words = deathWords(row.facts.reason);
        return icon(words.iconName, words.tone);
    }
    if (column == Column::Size && !row.bodyComplete)
        return icon(QStringLiteral("warning"), Tone::Warn);
    if (column == Column::Attempts && row.facts.replayAttempts > 0)
        return icon(QStringLiteral("undo"), Tone::Warn);
    return {};
}

QVariant DeadLetterProxy::toolTip(const SnapshotRow& row, Column column) const {
    if (!row.removedBy.isEmpty())
        return tr("Run %1 removed this message after the queue was read").arg(row.removedBy.left(runPrefix));
    switch (column) {
    case Column::Reason:
        return deathWords(row.facts.reason).hint;
    case Column::FirstDeath:
        return words::whenExact(row.facts.firstDeath);
    case Column::LastDeath:
        return words::whenExact(row.facts.lastDeath);
    case Column::Attempts:
        return row.facts.replayAttempts <= 0   ? QString()
               : row.facts.replayAttempts == 1 ? tr("Came back after 1 replay by Signalbox")
                                               : tr("Came back after %1 replays by Signalbox")
                                                     .arg(words::count(row.facts.replayAttempts));
    case Column::Size:
        return row.bodyComplete ? tr("%1 bytes").arg(words::count(row.size))
                                : tr("%1 bytes; the body is not here whole, so it cannot be replayed")
                                      .arg(words::count(row.size));
    case Column::ExceptionText:
        return row.facts.exceptionText.left(2000);
    default:
        return {};
    }
}

bool DeadLetterProxy::isRemoved(int row) const {
    const SnapshotRow* known = model_.rowAt(row);
    return known && !known->removedBy.isEmpty();
}

QVariant DeadLetterProxy::data(const QModelIndex& index, int role) const {
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole: {
        const QVariant value = QIdentityProxyModel::data(index, role);
        if (!value.isValid()) // on its way
            return column == Column::Position ? QVariant(QStringLiteral("…")) : QVariant();
        return text(value, column);
    }
    case Qt::TextAlignmentRole:
        return isNumber(column) ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::ForegroundRole:
        if (column == Column::Position || column == Column::Framework || isRemoved(index.row()))
            return toneOf(Tone::TextDim, QGuiApplication::palette());
        return {};
    case Qt::FontRole: {
        if (!isRemoved(index.row()))
            return {};
        QFont font = QGuiApplication::font();
        font.setStrikeOut(true);
        return font;
    }
    case Qt::AccessibleTextRole:
        return isRemoved(index.row()) ? tr("removed, %1").arg(data(index, Qt::DisplayRole).toString())
                                      : QVariant();
    case Qt::DecorationRole:
    case Qt::ToolTipRole: {
        const bool cheap = role == Qt::ToolTipRole || column == Column::Reason || column == Column::Size ||
                           column == Column::Attempts;
        const SnapshotRow* row = cheap ? model_.rowAt(index.row()) : nullptr;
        if (!row)
            return {};
        return role == Qt::ToolTipRole ? toolTip(*row, column) : picture(*row, column);
    }
    default:
        return QIdentityProxyModel::data(index, role);
    }
}

QVariant DeadLetterProxy::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= signalbox::columnCount)
        return {};
    const auto column = static_cast<Column>(section);
    switch (role) {
    case Qt::DisplayRole:
        return column == Column::Position && byOffset_ ? tr("Offset") : heading(column);
    case Qt::TextAlignmentRole:
        return isNumber(column) ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::ToolTipRole:
        return tr("In filters: %1").arg(columnWord(column));
    default:
        return QIdentityProxyModel::headerData(section, orientation, role);
    }
}

} // namespace signalbox
