#include "models/replay/runitemmodel.h"

#include "models/base/whendone.h"

#include <algorithm>

namespace signalbox {
namespace {

bool sameFacts(const ItemRecord& a, const ItemRecord& b) {
    return a.state == b.state && a.reason == b.reason && a.changedAt == b.changedAt &&
           a.hasCopy == b.hasCopy && a.messageId == b.messageId && a.plan == b.plan;
}

} // namespace

RunItemModel::RunItemModel(ReplayDesk& desk, QObject* parent)
    : QAbstractTableModel(parent)
    , desk_(desk) {}

void RunItemModel::setRun(const QString& runId, std::optional<ItemState> state) {
    beginResetModel();
    runId_ = runId;
    state_ = state;
    rows_.clear();
    ++generation_;
    reading_ = false;
    atEnd_ = runId.isEmpty();
    endResetModel();
    if (!atEnd_)
        fetchMore({});
}

bool RunItemModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && !atEnd_ && !reading_;
}

void RunItemModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent))
        return;
    reading_ = true;
    read(rows_.empty() ? 0 : rows_.back().plan.number, pageSize, generation_, false);
}

void RunItemModel::refresh() {
    if (runId_.isEmpty() || reading_)
        return;
    reading_ = true;
    read(0, std::max(pageSize, static_cast<int>(rows_.size())), generation_, true);
}

void RunItemModel::read(qint64 after, int limit, int generation, bool refreshing) {
    whenDone(desk_.items(runId_, state_, after, limit), this,
             [this, after, limit, generation, refreshing](Result<std::vector<ItemRecord>> page) {
                 if (generation != generation_)
                     return;
                 // Until the rows are in, nobody may ask for the same page again.
                 if (!page) {
                     reading_ = false;
                     atEnd_ = true; // asking again and again would not help; refresh() does
                     Q_EMIT failed(page.error());
                     return;
                 }
                 atEnd_ = static_cast<int>(page->size()) < limit;
                 if (refreshing)
                     merge(after, std::move(*page));
                 else
                     append(std::move(*page));
                 reading_ = false;
                 Q_EMIT loaded();
             });
}

void RunItemModel::append(std::vector<ItemRecord> page) {
    if (page.empty())
        return;
    const int first = static_cast<int>(rows_.size());
    beginInsertRows({}, first, first + static_cast<int>(page.size()) - 1);
    std::move(page.begin(), page.end(), std::back_inserter(rows_));
    endInsertRows();
}

// With a state filter rows come and go; without one they only change or are added at the end.
void RunItemModel::merge(qint64 after, std::vector<ItemRecord> page) {
    std::size_t row = 0;
    while (row < rows_.size() && rows_[row].plan.number <= after)
        ++row;
    for (ItemRecord& item : page) {
        while (row < rows_.size() && rows_[row].plan.number < item.plan.number) {
            beginRemoveRows({}, static_cast<int>(row), static_cast<int>(row));
            rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(row));
            endRemoveRows();
        }
        if (row < rows_.size() && rows_[row].plan.number == item.plan.number) {
            if (!sameFacts(rows_[row], item)) {
                rows_[row] = std::move(item);
                Q_EMIT dataChanged(index(static_cast<int>(row), 0),
                                   index(static_cast<int>(row), ColumnCount - 1));
            }
        } else {
            beginInsertRows({}, static_cast<int>(row), static_cast<int>(row));
            rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(row), std::move(item));
            endInsertRows();
        }
        ++row;
    }
    if (row < rows_.size()) {
        beginRemoveRows({}, static_cast<int>(row), static_cast<int>(rows_.size()) - 1);
        rows_.resize(row);
        endRemoveRows();
    }
}

const ItemRecord* RunItemModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &rows_[static_cast<std::size_t>(row)] : nullptr;
}

int RunItemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RunItemModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunItemModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ItemRecord& item = rows_[static_cast<std::size_t>(index.row())];
    if (role == NumberRole)
        return item.plan.number;
    if (role == StateRole)
        return static_cast<int>(item.state);
    if (role == RefusalRole)
        return static_cast<int>(item.plan.refusal);
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case Number:
        return item.plan.number;
    case State:
        return itemStateWord(item.state);
    case MessageId:
        return item.messageId;
    case Exchange:
        return QString::fromUtf8(item.plan.exchange);
    case RoutingKey:
        return QString::fromUtf8(item.plan.routingKey);
    case Receivers:
        return item.plan.receivers.join(QStringLiteral(", "));
    case Changes:
        return item.plan.changes.join(QStringLiteral("; "));
    case Reason:
        if (!item.reason.isEmpty())
            return item.reason;
        return item.plan.refusal == Refusal::None ? item.plan.note : refusalText(item.plan.refusal);
    case ChangedAt:
        return item.changedAt;
    case Copy:
        return item.hasCopy;
    default:
        return {};
    }
}

} // namespace signalbox
