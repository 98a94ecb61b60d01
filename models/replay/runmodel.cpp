#include "models/replay/runmodel.h"

#include <algorithm>
#include <set>

namespace signalbox {
namespace {

qint64 countOf(const RunRecord& run, ItemState state) {
    const auto found = run.counts.find(state);
    return found == run.counts.end() ? 0 : found->second;
}

} // namespace

RunModel::RunModel(QObject* parent)
    : QAbstractTableModel(parent) {}

qint64 RunModel::totalOf(const RunRecord& run) {
    qint64 total = 0;
    for (const auto& [state, count] : run.counts)
        total += state == ItemState::Refused ? 0 : count;
    return total;
}

qint64 RunModel::doneOf(const RunRecord& run) {
    const bool keepsSource = run.header.sourceIsStream || run.header.kind == RunKind::Restore ||
                             run.header.kind == RunKind::Import;
    return countOf(run, ItemState::Removed) + (keepsSource ? countOf(run, ItemState::Confirmed) : 0);
}

// Runs come newest first and are never reordered, so merging is: drop what is gone, insert what is new,
// refresh the rest in place.
void RunModel::update(std::vector<RunRecord> runs) {
    std::set<QString> wanted;
    for (const RunRecord& run : runs)
        wanted.insert(run.header.id);
    for (int row = static_cast<int>(rows_.size()) - 1; row >= 0; --row) {
        if (wanted.contains(rows_[static_cast<std::size_t>(row)].run.header.id))
            continue;
        beginRemoveRows({}, row, row);
        rows_.erase(rows_.begin() + row);
        endRemoveRows();
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const int row = static_cast<int>(i);
        const int old = rowOf(runs[i].header.id);
        if (old < 0) {
            beginInsertRows({}, row, row);
            rows_.insert(rows_.begin() + row, Row{std::move(runs[i]), {}, {}});
            endInsertRows();
            continue;
        }
        if (old != row) {
            beginMoveRows({}, old, old, {}, row > old ? row + 1 : row);
            Row moved = std::move(rows_[static_cast<std::size_t>(old)]);
            rows_.erase(rows_.begin() + old);
            rows_.insert(rows_.begin() + row, std::move(moved));
            endMoveRows();
        }
        Row& present = rows_[i];
        if (present.run == runs[i] && !present.progress)
            continue;
        present = Row{std::move(runs[i]), {}, {}};
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void RunModel::showJob(const QString& runId, ReplayJob::State state, const ReplayJob::Progress& progress) {
    const int row = rowOf(runId);
    if (row < 0)
        return;
    rows_[static_cast<std::size_t>(row)].jobState = state;
    rows_[static_cast<std::size_t>(row)].progress = progress;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

const RunRecord* RunModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &rows_[static_cast<std::size_t>(row)].run : nullptr;
}

int RunModel::rowOf(const QString& runId) const {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.run.header.id == runId; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int RunModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RunModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunModel::value(const Row& row, int column) const {
    const RunRecord& run = row.run;
    switch (column) {
    case CreatedAt:
        return run.header.createdAt;
    case Kind:
        return runKindWord(run.header.kind);
    case Source:
        return run.header.source.name;
    case Destination:
        return run.header.destination;
    case Actor:
        return run.header.actor;
    case State:
        return runStateWord(run.state);
    case Total:
        return row.progress ? row.progress->total : totalOf(run);
    case Done:
        return row.progress ? row.progress->done : doneOf(run);
    case InDoubt:
        return row.progress ? row.progress->inDoubt : countOf(run, ItemState::InDoubt);
    case Failed:
        return row.progress ? row.progress->failed + row.progress->missing
                            : countOf(run, ItemState::Returned) + countOf(run, ItemState::Rejected) +
                                  countOf(run, ItemState::Missing);
    case Reason:
        // How a run ended is told by its figures; only what made it fail needs words.
        return run.endReason.isEmpty() ||
                       (run.state == RunState::Finished && !run.header.options.keepsNoCopies) ||
                       (run.state == RunState::Cancelled && !run.header.reason.isEmpty())
                   ? run.header.reason
                   : run.endReason;
    default:
        return {};
    }
}

QVariant RunModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case SortRole:
        return value(row, index.column());
    case RunIdRole:
        return row.run.header.id;
    case KindRole:
        return static_cast<int>(row.run.header.kind);
    case RunStateRole:
        return static_cast<int>(row.run.state);
    case JobStateRole:
        return row.jobState ? QVariant(static_cast<int>(*row.jobState)) : QVariant();
    case InDoubtRole:
        return value(row, InDoubt);
    default:
        return {};
    }
}

} // namespace signalbox
