#include "views/deadletters/messagetable.h"

#include "models/deadletters/wherereason.h"
#include "views/deadletters/deadletterproxy.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>

namespace signalbox {

namespace {

// Selections of everything come as a few large ranges, so counting walks the ranges, not the rows.
qint64 rowsIn(const QItemSelection& selection) {
    qint64 rows = 0;
    for (const QItemSelectionRange& range : selection) {
        if (range.left() == 0)
            rows += range.height();
    }
    return rows;
}

QList<int> hiddenAtFirst() {
    const Column columns[] = {Column::Exchange,  Column::RoutingKey,    Column::FirstDeath,
                              Column::MessageId, Column::CorrelationId, Column::Redelivered,
                              Column::Framework, Column::Deaths};
    QList<int> hidden;
    for (const Column column : columns)
        hidden << static_cast<int>(column);
    return hidden;
}

QList<int> widthsAtFirst() {
    QList<int> widths(signalbox::columnCount, 110);
    const std::pair<Column, int> known[] = {
        {Column::Position, 56},       {Column::Reason, 112},        {Column::OriginQueue, 150},
        {Column::FirstDeath, 142},    {Column::LastDeath, 142},     {Column::Deaths, 60},
        {Column::ExceptionType, 170}, {Column::ExceptionText, 260}, {Column::MessageType, 150},
        {Column::MessageId, 240},     {Column::CorrelationId, 240}, {Column::Size, 84},
        {Column::Attempts, 76},
    };
    for (const auto& [column, width] : known)
        widths[static_cast<int>(column)] = width;
    return widths;
}

constexpr int mostMeasured = 200; // rows; more are never in view

} // namespace

MessageTable::MessageTable(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , model_(new DeadLetterTableModel(this))
    , proxy_(new DeadLetterProxy(*model_, this))
    , table_(new TableView(this))
    , counts_(dimLabel({}, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(table_, 1);
    counts_->setContentsMargins(space::small, space::tight, space::small, space::tight);
    counts_->setFont(smallFont());
    layout->addWidget(counts_);
    table_->setModel(proxy_);
    table_->setAccessibleName(tr("Dead letters"));
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSortingEnabled(true);
    table_->sortByColumn(static_cast<int>(Column::Position), Qt::AscendingOrder);
    table_->rememberColumns(settings, QStringLiteral("deadletters/messages"), hiddenAtFirst(),
                            widthsAtFirst());
    tellSoon_.setSingleShot(true);
    tellSoon_.setInterval(40); // a held arrow key does not load every message it passes
    connect(&tellSoon_, &QTimer::timeout, this, [this] {
        const bool isListed = model_->rowOf(current_) >= 0;
        if (current_ != 0 && !isListed && model_->isBusy())
            return; // it may come with the rest of the list
        const qint64 shown = isListed ? current_ : 0;
        if (told_ == shown)
            return;
        told_ = shown;
        Q_EMIT currentChanged(shown);
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &MessageTable::followRow);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        followRow();
        followCount();
        Q_EMIT selectionChanged();
    });
    connect(table_, &TableView::opened, this, &MessageTable::opened);
    connect(table_, &TableView::menuWanted, this, &MessageTable::menuWanted);
    connect(model_, &DeadLetterTableModel::failed, this, &MessageTable::failed);
    connect(model_, &DeadLetterTableModel::busyChanged, this, [this] {
        if (!model_->isBusy()) {
            reselect();
            Q_EMIT listed();
        }
        tellSoon_.start(); // what is not listed any more is not shown either
        followCount();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(model_, signal, this, &MessageTable::followCount);
    connect(proxy_, &QAbstractItemModel::dataChanged, this, &MessageTable::fitPositions);
    connect(model_, &QAbstractItemModel::modelReset, this, [this] {
        followCount();
        Q_EMIT selectionChanged();
    });
    followCount();
}

MessageTable::~MessageTable() = default;

// The one message that is selected is what an action would take, wherever the keyboard's mark stands.
void MessageTable::followRow() {
    const QItemSelection& chosen = table_->selectionModel()->selection();
    const bool isOne = chosen.size() == 1 && chosen.first().height() == 1;
    const QModelIndex row = isOne ? QModelIndex(chosen.first().topLeft()) : table_->currentIndex();
    if (!row.isValid())
        return; // a reset; the message shown stays if it is in the new list
    current_ = model_->idAt(row.row());
    isChosen_ = table_->selectionModel()->isSelected(row);
    tellSoon_.start();
}

// Numbers of Service Bus have up to 19 digits. Only what is in view is measured: the rest is not loaded.
void MessageTable::fitPositions() {
    const int first = std::max(0, table_->rowAt(0));
    const int below = table_->rowAt(table_->viewport()->height() - 1);
    const int last = below < 0 ? model_->rowCount() - 1 : below;
    for (int row = first; row <= std::min(last, first + mostMeasured); ++row) {
        const QModelIndex index = proxy_->index(row, static_cast<int>(Column::Position));
        widestPosition_ = std::max(widestPosition_, table_->sizeHintForIndex(index).width());
    }
    table_->fitColumn(static_cast<int>(Column::Position), widestPosition_);
}

void MessageTable::setReader(std::shared_ptr<SnapshotReader> reader) {
    current_ = 0;
    tellSoon_.start();
    proxy_->setQueueType(reader ? reader->info().queueType : QString());
    widestPosition_ = 0;
    table_->fitColumn(static_cast<int>(Column::Position), widestPosition_);
    model_->setReader(std::move(reader));
}

void MessageTable::setFilter(const Where& where, const QString& text, std::optional<qint64> groupId) {
    SnapshotQuery query = model_->query(); // keeps the order
    query.where = where;
    query.text = text;
    query.groupId = groupId;
    model_->setQuery(query);
}

void MessageTable::setReading(bool reading) {
    if (std::exchange(reading_, reading) != reading)
        followCount();
}

void MessageTable::refresh() {
    model_->refresh();
}

void MessageTable::markAgain() {
    model_->reload();
}

// After a new list: the message that was looked at stays the current one if it is in there.
void MessageTable::reselect() {
    if (table_->currentIndex().isValid() || current_ == 0)
        return;
    if (const int row = model_->rowOf(current_); row >= 0) {
        // A row that only has the keyboard's mark is not chosen by a new list either.
        using Flag = QItemSelectionModel::SelectionFlag;
        table_->selectionModel()->setCurrentIndex(
            proxy_->index(row, 0), isChosen_ ? Flag::ClearAndSelect | Flag::Rows
                                             : QItemSelectionModel::SelectionFlags(Flag::NoUpdate));
        table_->scrollTo(proxy_->index(row, 0));
    }
}

void MessageTable::selectAll() {
    table_->setFocus();
    table_->selectAll();
}

void MessageTable::clearSelection() {
    table_->clearSelection();
}

void MessageTable::selectId(qint64 id) {
    table_->setCurrentIndex({});
    current_ = id;
    isChosen_ = true;
    reselect();
}

qint64 MessageTable::currentId() const {
    return current_;
}

qint64 MessageTable::selectedCount() const {
    return rowsIn(table_->selectionModel()->selection());
}

bool MessageTable::allSelected() const {
    const qint64 rows = model_->rowCount();
    return rows > 0 && selectedCount() == rows;
}

std::vector<qint64> MessageTable::selectedIds() const {
    std::vector<std::pair<int, int>> ranges;
    for (const QItemSelectionRange& range : table_->selectionModel()->selection()) {
        if (range.left() == 0)
            ranges.emplace_back(range.top(), range.bottom());
    }
    std::sort(ranges.begin(), ranges.end());
    std::vector<qint64> ids;
    ids.reserve(static_cast<std::size_t>(selectedCount()));
    for (const auto& [top, bottom] : ranges) {
        for (int row = top; row <= bottom; ++row)
            ids.push_back(model_->idAt(row));
    }
    return ids;
}

QString MessageTable::countText() const {
    const qint64 rows = model_->rowCount();
    const qint64 selected = selectedCount();
    const bool filtered =
        !model_->query().where.isEmpty() || !model_->query().text.isEmpty() || model_->query().groupId;
    QString text =
        filtered ? tr("%1 messages fit").arg(words::count(rows)) : tr("%1 messages").arg(words::count(rows));
    if (rows == 1)
        text = filtered ? tr("1 message fits") : tr("1 message");
    if (selected > 0)
        text += tr(" · %1 selected").arg(words::count(selected));
    // The column with the arrow may be out of sight, or hidden.
    if (const SnapshotQuery& query = model_->query(); query.sort != Column::Position || query.descending) {
        const QString column =
            proxy_->headerData(static_cast<int>(query.sort), Qt::Horizontal, Qt::DisplayRole).toString();
        text += (query.descending ? tr(" · sorted by %1, descending") : tr(" · sorted by %1")).arg(column);
    }
    if (model_->isBusy())
        text += tr(" · searching…");
    return text;
}

void MessageTable::followCount() {
    counts_->setText(countText());
    const SnapshotQuery& query = model_->query();
    EmptyState* empty = table_->emptyState();
    if (model_->isBusy())
        empty->present(QStringLiteral("search"), tr("Searching…"), {});
    else if (!query.where.isEmpty() || !query.text.isEmpty() || query.groupId)
        empty->present(QStringLiteral("filter"), tr("No message fits"),
                       (unknownReasonHint(query.where) + QLatin1Char('\n') +
                        tr("Change the filter, or show all messages."))
                           .trimmed(),
                       tr("Show all messages"), [this] { Q_EMIT clearFilterWanted(); });
    else if (reading_)
        empty->present(QStringLiteral("wait"), tr("Reading…"), tr("Messages are listed here as they come."));
    else
        empty->present(QStringLiteral("ok"), tr("The queue was empty when it was read"),
                       tr("Read it again to see whether something has come in."));
    table_->followRows();
}

} // namespace signalbox
