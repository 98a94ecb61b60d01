#include "models/deadletters/queuemodel.h"

#include <QHash>
#include <algorithm>

namespace signalbox {

QueueModel::QueueModel(QObject* parent)
    : QAbstractTableModel(parent) {}

void QueueModel::update(std::vector<DeadLetterQueue> queues) {
    std::stable_sort(queues.begin(), queues.end(),
                     [](const auto& a, const auto& b) { return a.queue.ref.name < b.queue.ref.name; });
    const auto sameName = [](const auto& a, const auto& b) { return a.queue.ref.name == b.queue.ref.name; };
    queues.erase(std::unique(queues.begin(), queues.end(), sameName), queues.end());
    if (queues_.empty()) {
        if (queues.empty())
            return;
        beginResetModel();
        queues_ = std::move(queues);
        endResetModel();
        return;
    }
    // Both lists are sorted by name, so one walk from the end tells what goes, stays and comes. Runs of rows
    // go and come together: thousands of single steps would stop the window.
    auto old = static_cast<int>(queues_.size()) - 1;
    auto fresh = static_cast<int>(queues.size()) - 1;
    const auto nameOf = [](const std::vector<DeadLetterQueue>& list, int row) -> const QString& {
        return list[static_cast<std::size_t>(row)].queue.ref.name;
    };
    while (old >= 0 || fresh >= 0) {
        if (old >= 0 && (fresh < 0 || nameOf(queues_, old) > nameOf(queues, fresh))) {
            const int last = old;
            while (old >= 0 && (fresh < 0 || nameOf(queues_, old) > nameOf(queues, fresh)))
                --old;
            beginRemoveRows({}, old + 1, last);
            queues_.erase(queues_.begin() + old + 1, queues_.begin() + last + 1);
            endRemoveRows();
        } else if (fresh >= 0 && (old < 0 || nameOf(queues, fresh) > nameOf(queues_, old))) {
            const int last = fresh;
            while (fresh >= 0 && (old < 0 || nameOf(queues, fresh) > nameOf(queues_, old)))
                --fresh;
            beginInsertRows({}, old + 1, old + last - fresh);
            queues_.insert(queues_.begin() + old + 1, queues.begin() + fresh + 1, queues.begin() + last + 1);
            endInsertRows();
        } else {
            --old;
            --fresh;
        }
    }
    int first = -1;
    int last = -1;
    for (std::size_t row = 0; row < queues.size(); ++row) {
        const bool same =
            queues[row].queue == queues_[row].queue && queues[row].evidence == queues_[row].evidence;
        if (same)
            continue;
        queues_[row] = std::move(queues[row]);
        first = first < 0 ? static_cast<int>(row) : first;
        last = static_cast<int>(row);
    }
    if (first >= 0)
        Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

const DeadLetterQueue* QueueModel::at(int row) const {
    return row >= 0 && static_cast<std::size_t>(row) < queues_.size()
               ? &queues_[static_cast<std::size_t>(row)]
               : nullptr;
}

int QueueModel::rowOf(const QString& name) const {
    const auto found = std::lower_bound(
        queues_.begin(), queues_.end(), name,
        [](const DeadLetterQueue& queue, const QString& wanted) { return queue.queue.ref.name < wanted; });
    return found != queues_.end() && found->queue.ref.name == name ? static_cast<int>(found - queues_.begin())
                                                                   : -1;
}

int QueueModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(queues_.size());
}

int QueueModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const DeadLetterQueue& row = *at(index.row());
    const QueueInfo& queue = row.queue;
    if (role == HoldsRole)
        return row.holdsDeadLetters();
    if (role == EvidenceKindRole)
        return static_cast<int>(row.evidence.kind);
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case Name:
        return queue.ref.name;
    case Type:
        return static_cast<int>(queue.type);
    case Ready:
        return queue.ready;
    case Unacked:
        return queue.unacked;
    case Consumers:
        return queue.consumers;
    case InRate:
        return queue.publishRate;
    case OutRate:
        return queue.deliverRate;
    case StateColumn:
        return queue.state;
    case Policy:
        return queue.policy;
    case DeadLettersTo:
        return queue.deadLetter ? queue.deadLetter->exchange : QString();
    case Evidence:
        return row.evidence.text;
    default:
        return {};
    }
}

QVariant QueueModel::headerData(int, Qt::Orientation, int) const {
    return {};
}

} // namespace signalbox
