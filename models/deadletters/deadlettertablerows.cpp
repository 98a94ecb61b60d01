// The window of fetched rows of DeadLetterTableModel: data() asks, blocks of rows come in behind it.
#include "models/base/whendone.h"
#include "models/deadletters/deadlettertablestate.h"
#include "models/deadletters/snapshotcolumns.h"

namespace signalbox {

const SnapshotRow* DeadLetterTableModel::rowAt(int row) const {
    if (row < 0 || row >= state_->ids.size())
        return nullptr;
    const SnapshotRow* found = state_->rows.object(state_->ids.at(row));
    if (!found)
        want(row);
    return found;
}

void DeadLetterTableModel::reload() {
    State& s = *state_;
    ++s.generation;
    s.rows.clear();
    s.wantedBlocks.clear();
    s.blocksUnderWay.clear();
    if (!s.ids.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(s.ids.size()) - 1, columnCount() - 1));
}

void DeadLetterTableModel::want(int row) const {
    const int block = row / State::block;
    if (!state_->reader || state_->blocksUnderWay.contains(block) || state_->wantedBlocks.contains(block))
        return;
    state_->wantedBlocks.insert(block);
    if (!state_->fetchTimer.isActive())
        state_->fetchTimer.start();
}

// One question for all blocks that were wanted since the last turn of the event loop.
void DeadLetterTableModel::fetch() {
    State& s = *state_;
    if (!s.reader || s.wantedBlocks.isEmpty())
        return;
    std::vector<qint64> ids;
    const QSet<int> blocks = std::exchange(s.wantedBlocks, {});
    for (const int block : blocks) {
        const int last = std::min<int>((block + 1) * State::block, static_cast<int>(s.ids.size()));
        for (int row = block * State::block; row < last; ++row)
            ids.push_back(s.ids.at(row));
    }
    s.blocksUnderWay.unite(blocks);
    const int generation = s.generation;
    whenDone(s.reader->rows(ids), this,
             [this, generation, ids](const Result<std::vector<SnapshotRow>>& rows) {
                 takeRows(generation, ids, rows);
             });
}

void DeadLetterTableModel::takeRows(int generation, const std::vector<qint64>& ids,
                                    const Result<std::vector<SnapshotRow>>& rows) {
    State& s = *state_;
    if (generation != s.generation)
        return;
    if (!rows) // the blocks stay marked, so that an error is told once and not for each paint
        return fail(rows.error());
    for (const SnapshotRow& row : *rows)
        s.rows.insert(row.id, new SnapshotRow(row)); // the cache owns it
    for (std::size_t i = 0; i < ids.size();) {
        // Rows may have moved since; the ids are where the answer belongs to.
        int row = rowOf(ids[i]);
        std::size_t run = 1;
        if (row < 0) {
            ++i;
            continue;
        }
        while (i + run < ids.size() && idAt(row + static_cast<int>(run)) == ids[i + run])
            ++run;
        const int last = row + static_cast<int>(run) - 1;
        for (int block = row / State::block; block <= last / State::block; ++block)
            s.blocksUnderWay.remove(block);
        Q_EMIT dataChanged(index(row, 0), index(last, columnCount() - 1));
        i += run;
    }
}

QVariant DeadLetterTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == IdRole)
        return idAt(index.row());
    if (role != Qt::DisplayRole && role != SortRole && role != LoadedRole && role != BodyCompleteRole &&
        role != AttemptsRole)
        return {};
    const SnapshotRow* row = rowAt(index.row());
    if (role == LoadedRole)
        return row != nullptr;
    if (!row)
        return {};
    if (role == BodyCompleteRole)
        return row->bodyComplete;
    if (role == AttemptsRole)
        return row->facts.replayAttempts;
    return columnValue(*row, static_cast<Column>(index.column()));
}

QVariant DeadLetterTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != ColumnRole || section < 0 || section >= columnCount())
        return {};
    return section;
}

} // namespace signalbox
