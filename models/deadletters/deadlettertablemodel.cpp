#include "models/deadletters/deadlettertablemodel.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/deadletters/deadlettertablestate.h"
#include "models/deadletters/snapshotcolumns.h"

namespace signalbox {

DeadLetterTableModel::DeadLetterTableModel(QObject* parent)
    : QAbstractTableModel(parent)
    , state_(std::make_unique<State>()) {
    state_->fetchTimer.setSingleShot(true);
    state_->fetchTimer.setInterval(0);
    connect(&state_->fetchTimer, &QTimer::timeout, this, &DeadLetterTableModel::fetch);
}

DeadLetterTableModel::~DeadLetterTableModel() = default;

void DeadLetterTableModel::setReader(std::shared_ptr<SnapshotReader> reader) {
    state_->reader = std::move(reader);
    restart();
}

void DeadLetterTableModel::setQuery(const SnapshotQuery& query) {
    state_->query = query;
    restart();
}

const SnapshotQuery& DeadLetterTableModel::query() const {
    return state_->query;
}

bool DeadLetterTableModel::isBusy() const {
    return state_->busy;
}

std::optional<Error> DeadLetterTableModel::error() const {
    return state_->error;
}

void DeadLetterTableModel::setBusy(bool busy) {
    if (state_->busy == busy)
        return;
    state_->busy = busy;
    Q_EMIT busyChanged();
}

void DeadLetterTableModel::fail(const Error& error) {
    if (error.kind == ErrorKind::Cancelled) // a newer question took its place
        return;
    state_->error = error;
    Q_EMIT failed(error);
}

// A new list: the first page shows as soon as it is there.
void DeadLetterTableModel::restart() {
    beginResetModel();
    ++state_->serial;
    ++state_->generation;
    state_->ids.clear();
    state_->rows.clear();
    state_->wantedBlocks.clear();
    state_->blocksUnderWay.clear();
    state_->incoming.clear();
    state_->merging = false;
    state_->refreshAgain = false;
    state_->cursor = {};
    state_->pageSize = State::firstPage;
    state_->error.reset();
    endResetModel();
    setBusy(state_->reader != nullptr);
    if (state_->reader)
        ask();
}

void DeadLetterTableModel::refresh() {
    if (!state_->reader)
        return;
    if (state_->busy) { // after the listing under way: it would miss what came since
        state_->refreshAgain = true;
        return;
    }
    ++state_->serial;
    state_->merging = true;
    state_->incoming.clear();
    state_->cursor = {};
    state_->pageSize = State::largestPage;
    state_->error.reset();
    setBusy(true);
    ask();
}

void DeadLetterTableModel::sort(int column, Qt::SortOrder order) {
    if (column < 0 || column >= columnCount())
        return;
    state_->query.sort = static_cast<Column>(column);
    state_->query.descending = order == Qt::DescendingOrder;
    const bool listed = !state_->busy && !state_->ids.isEmpty();
    if (listed && state_->ids.size() <= State::rearrangeLimit)
        refresh(); // keeps selection and current row
    else
        restart();
}

void DeadLetterTableModel::ask() {
    const int serial = state_->serial;
    whenDone(state_->reader->ids(state_->query, state_->cursor, state_->pageSize), this,
             [this, serial](const Result<IdPage>& page) {
                 if (serial != state_->serial)
                     return;
                 if (page)
                     return takePage(*page);
                 state_->merging = false;
                 setBusy(false);
                 fail(page.error());
             });
}

void DeadLetterTableModel::takePage(const IdPage& page) {
    if (state_->merging)
        state_->incoming.append(QList<qint64>(page.ids.begin(), page.ids.end()));
    else
        appendRows(page.ids);
    state_->cursor = page.next;
    state_->pageSize = std::min(state_->pageSize * 10, State::largestPage);
    if (!page.next.atEnd)
        return ask();
    if (state_->merging)
        return startMerge();
    setBusy(false);
    if (state_->refreshAgain) {
        state_->refreshAgain = false;
        refresh();
    }
}

void DeadLetterTableModel::appendRows(const std::vector<qint64>& ids) {
    if (ids.empty())
        return;
    const int first = static_cast<int>(state_->ids.size());
    beginInsertRows({}, first, first + static_cast<int>(ids.size()) - 1);
    state_->ids.append(QList<qint64>(ids.begin(), ids.end()));
    endInsertRows();
}

// Lists are shared, not copied, with the thread that compares them.
void DeadLetterTableModel::startMerge() {
    const int serial = state_->serial;
    auto compared = inBackground(state_->reader->pool(), [before = state_->ids, after = state_->incoming] {
        return std::make_shared<const TableMerge>(mergeRows(before, after));
    });
    state_->incoming.clear();
    whenDone(compared, this, [this, serial](const std::shared_ptr<const TableMerge>& merge) {
        if (serial != state_->serial)
            return;
        state_->merging = false;
        applyMerge(*merge);
        setBusy(false);
        if (state_->refreshAgain) {
            state_->refreshAgain = false;
            refresh();
        }
    });
}

void DeadLetterTableModel::applyMerge(const TableMerge& merge) {
    State& s = *state_;
    if (merge.stepwise) {
        for (const RowRange& range : merge.removed) {
            beginRemoveRows({}, range.first, range.first + range.count - 1);
            s.ids.remove(range.first, range.count);
            endRemoveRows();
        }
        for (const RowRange& range : merge.inserted) {
            beginInsertRows({}, range.first, range.first + range.count - 1);
            if (range.first == s.ids.size()) {
                s.ids.append(merge.ids.sliced(range.first, range.count));
            } else {
                s.ids.insert(range.first, range.count, 0);
                std::copy_n(merge.ids.begin() + range.first, range.count, s.ids.begin() + range.first);
            }
            endInsertRows();
        }
    } else {
        rearrange(merge.arranged);
        if (merge.staying < s.ids.size()) {
            beginRemoveRows({}, merge.staying, static_cast<int>(s.ids.size()) - 1);
            s.ids.remove(merge.staying, s.ids.size() - merge.staying);
            endRemoveRows();
        }
        QList<qint64> added;
        for (const RowRange& range : merge.inserted)
            added += merge.ids.sliced(range.first, range.count);
        appendRows({added.begin(), added.end()});
        rearrange(merge.ids);
    }
    reload(); // contents may have changed as well
}

// The same rows in another order.
void DeadLetterTableModel::rearrange(const QList<qint64>& ids) {
    if (ids == state_->ids)
        return;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    std::vector<qint64> wanted;
    wanted.reserve(static_cast<std::size_t>(from.size()));
    for (const QModelIndex& old : from)
        wanted.push_back(idAt(old.row()));
    state_->ids = ids;
    const std::vector<int> rows = rowsOfIds(ids, wanted);
    QModelIndexList to;
    to.reserve(from.size());
    for (qsizetype i = 0; i < from.size(); ++i)
        to.append(index(rows[static_cast<std::size_t>(i)], from.at(i).column()));
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

qint64 DeadLetterTableModel::idAt(int row) const {
    return row >= 0 && row < state_->ids.size() ? state_->ids.at(row) : 0;
}

int DeadLetterTableModel::rowOf(qint64 id) const {
    return static_cast<int>(state_->ids.indexOf(id));
}

int DeadLetterTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(state_->ids.size());
}

int DeadLetterTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : signalbox::columnCount;
}

} // namespace signalbox
