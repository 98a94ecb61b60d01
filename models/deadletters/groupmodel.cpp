#include "models/deadletters/groupmodel.h"

#include <QSet>
#include <algorithm>

namespace signalbox {

GroupModel::GroupModel(QObject* parent)
    : QAbstractTableModel(parent) {}

void GroupModel::setGroups(std::vector<FailureGroup> groups) {
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    constexpr std::size_t mergeLimit = 2000; // beyond that nobody has a place in the list to keep
    if (groups_.empty() || groups_.size() > mergeLimit) {
        beginResetModel();
        groups_ = std::move(groups);
        endResetModel();
        return;
    }
    QHash<QByteArray, int> wanted;
    for (std::size_t i = 0; i < groups.size(); ++i)
        wanted.insert(groups[i].signature, static_cast<int>(i));
    // Rows that are gone, then new ones at the end, then the new order with the rows that are left.
    for (int row = static_cast<int>(groups_.size()) - 1; row >= 0; --row) {
        if (wanted.contains(groups_[static_cast<std::size_t>(row)].signature))
            continue;
        beginRemoveRows({}, row, row);
        groups_.erase(groups_.begin() + row);
        endRemoveRows();
    }
    QSet<QByteArray> known;
    for (const FailureGroup& group : groups_)
        known.insert(group.signature);
    std::vector<FailureGroup> added;
    std::copy_if(groups.begin(), groups.end(), std::back_inserter(added),
                 [&](const FailureGroup& group) { return !known.contains(group.signature); });
    if (!added.empty()) {
        beginInsertRows({}, static_cast<int>(groups_.size()),
                        static_cast<int>(groups_.size() + added.size()) - 1);
        groups_.insert(groups_.end(), added.begin(), added.end());
        endInsertRows();
    }
    const bool moved = !std::equal(groups.begin(), groups.end(), groups_.begin(), groups_.end(),
                                   [](const auto& a, const auto& b) { return a.signature == b.signature; });
    if (moved) {
        Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
        const QModelIndexList from = persistentIndexList();
        QModelIndexList to;
        for (const QModelIndex& old : from)
            to.append(
                index(wanted.value(groups_[static_cast<std::size_t>(old.row())].signature), old.column()));
        groups_ = std::move(groups);
        changePersistentIndexList(from, to);
        Q_EMIT layoutChanged({}, VerticalSortHint);
    } else {
        groups_ = std::move(groups);
    }
    if (!groups_.empty())
        Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(groups_.size()) - 1, ColumnCount - 1));
}

void GroupModel::notesChanged(int first, int last) {
    if (first >= 0 && last >= first)
        Q_EMIT dataChanged(index(first, StateColumn), index(last, NoteColumn));
}

void GroupModel::setNotes(const std::vector<GroupNote>& notes) {
    notes_.clear();
    for (const GroupNote& note : notes)
        notes_.insert(note.signature, note);
    notesChanged(0, static_cast<int>(groups_.size()) - 1);
}

void GroupModel::setNote(const GroupNote& note) {
    notes_.insert(note.signature, note);
    const int row = rowOf(note.signature);
    notesChanged(row, row);
}

const FailureGroup* GroupModel::at(int row) const {
    return row >= 0 && static_cast<std::size_t>(row) < groups_.size()
               ? &groups_[static_cast<std::size_t>(row)]
               : nullptr;
}

GroupNote GroupModel::noteAt(int row) const {
    GroupNote note;
    if (const FailureGroup* group = at(row)) {
        note = notes_.value(group->signature);
        note.signature = group->signature;
    }
    return note;
}

int GroupModel::rowOf(QByteArrayView signature) const {
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const FailureGroup& group) { return group.signature == signature; });
    return found == groups_.end() ? -1 : static_cast<int>(found - groups_.begin());
}

int GroupModel::rowOfId(qint64 groupId) const {
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const FailureGroup& group) { return group.id == groupId; });
    return found == groups_.end() ? -1 : static_cast<int>(found - groups_.begin());
}

int GroupModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(groups_.size());
}

int GroupModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant GroupModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const FailureGroup& group = *at(index.row());
    if (role == GroupIdRole)
        return group.id;
    if (role == SignatureRole)
        return group.signature;
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case Count:
        return group.count;
    case Title:
        return group.title;
    case Reason:
        return group.reason;
    case ExceptionType:
        return group.exceptionType;
    case MessageType:
        return group.messageType;
    case Origin:
        return group.origin;
    case FirstSeen:
        return group.firstSeen;
    case LastSeen:
        return group.lastSeen;
    case StateColumn:
        return noteAt(index.row()).state;
    case Owner:
        return noteAt(index.row()).owner;
    case NoteColumn:
        return noteAt(index.row()).note;
    default:
        return {};
    }
}

QVariant GroupModel::headerData(int, Qt::Orientation, int) const {
    return {};
}

} // namespace signalbox
