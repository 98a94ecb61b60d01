#include "models/deadletters/datatreemodel.h"

#include <QStringList>

namespace signalbox {

namespace {

constexpr qsizetype shownLetters = 2000; // of one value in a cell; the whole is in the body's text

int nodeOf(const QModelIndex& index) {
    return index.isValid() ? static_cast<int>(index.internalId()) : 0;
}

} // namespace

void DataTreeModel::setTree(std::shared_ptr<const DataTree> tree) {
    beginResetModel();
    tree_ = std::move(tree);
    endResetModel();
}

QModelIndex DataTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, static_cast<quintptr>(tree_->child(nodeOf(parent), row)));
}

QModelIndex DataTreeModel::parent(const QModelIndex& index) const {
    const int up = index.isValid() ? tree_->node(nodeOf(index)).parent : 0;
    return up == 0 ? QModelIndex() : createIndex(tree_->node(up).row, 0, static_cast<quintptr>(up));
}

int DataTreeModel::rowCount(const QModelIndex& parent) const {
    return tree_ && parent.column() <= 0 ? tree_->node(nodeOf(parent)).childCount : 0;
}

int DataTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QVariant DataTreeModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const DataTree::Node& node = tree_->node(nodeOf(index));
    if (role == PathRole)
        return path(nodeOf(index));
    if (role == Qt::EditRole)
        return index.column() == Value ? node.value : index.column() == Type ? node.type : node.name;
    if (role != Qt::DisplayRole)
        return {};
    QString text = index.column() == Value ? node.value : index.column() == Type ? node.type : node.name;
    if (text.size() > shownLetters)
        text = text.left(shownLetters) + QChar(0x2026);
    return text.replace(QLatin1Char('\n'), QChar(0x21B5));
}

QVariant DataTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Value  ? QStringLiteral("Value")
           : section == Type ? QStringLiteral("Type")
                             : QStringLiteral("Name");
}

QString DataTreeModel::path(int node) const {
    QString path;
    for (int at = node; at != 0; at = tree_->node(at).parent) {
        const QString& name = tree_->node(at).name;
        path = path.isEmpty() || path.startsWith(QLatin1Char('[')) ? name + path
                                                                   : name + QLatin1Char('.') + path;
    }
    return path;
}

} // namespace signalbox
