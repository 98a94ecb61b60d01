#include "views/deadletters/sessiontablemodel.h"

#include "models/deadletters/snapshotbody.h"
#include "views/widgets/words.h"

namespace signalbox {

namespace {

constexpr qsizetype previewBytes = 400;

QString preview(const std::optional<QByteArray>& state) {
    if (!state || state->isEmpty())
        return {};
    return looksLikeText(*state) ? QString::fromUtf8(state->left(previewBytes)).simplified()
                                 : QString::fromLatin1(state->left(previewBytes / 16).toHex(' '));
}

} // namespace

void SessionTableModel::setSessions(std::vector<BusSession> sessions) {
    beginResetModel();
    sessions_ = std::move(sessions);
    endResetModel();
}

const BusSession* SessionTableModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &sessions_[static_cast<std::size_t>(row)] : nullptr;
}

int SessionTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(sessions_.size());
}

int SessionTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SessionTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const BusSession& session = sessions_[static_cast<std::size_t>(index.row())];
    const qint64 size = session.state ? session.state->size() : -1;
    if (role == Qt::TextAlignmentRole && index.column() == StateSize)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == SortRole && index.column() == StateSize)
        return size;
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case Id:
        return session.id;
    case Messages:
        return session.hasMessages ? tr("waiting") : tr("none");
    case StateSize:
        return session.state ? words::bytes(size) : session.isStateTold ? tr("no state") : tr("not told");
    case State:
        return preview(session.state);
    default:
        return {};
    }
}

QVariant SessionTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Id:
        return tr("Session");
    case Messages:
        return tr("Messages");
    case StateSize:
        return tr("State");
    case State:
        return tr("Content of the state");
    default:
        return {};
    }
}

} // namespace signalbox
