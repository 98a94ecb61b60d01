#include "views/connections/namespacemodel.h"

namespace signalbox {

void NamespaceModel::setNamespaces(std::vector<FoundNamespace> found) {
    beginResetModel();
    found_ = std::move(found);
    endResetModel();
}

const FoundNamespace* NamespaceModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &found_[static_cast<std::size_t>(row)] : nullptr;
}

int NamespaceModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(found_.size());
}

int NamespaceModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant NamespaceModel::data(const QModelIndex& index, int role) const {
    const FoundNamespace* found = at(index.row());
    if (!found)
        return {};
    if (role == Qt::ToolTipRole)
        return found->resourceGroup.isEmpty()
                   ? found->host
                   : tr("%1\nresource group %2").arg(found->host, found->resourceGroup);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return found->name;
    case Location:
        return found->location;
    case Tier:
        return found->tier;
    case Status:
        return found->status;
    case Keys:
        return found->isKeyless ? tr("disabled") : tr("allowed");
    case Subscription:
        return found->subscription;
    default:
        return {};
    }
}

QVariant NamespaceModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Namespace");
    case Location:
        return tr("Location");
    case Tier:
        return tr("Tier");
    case Status:
        return tr("Status");
    case Keys:
        return tr("Keys");
    case Subscription:
        return tr("Subscription");
    default:
        return {};
    }
}

} // namespace signalbox
