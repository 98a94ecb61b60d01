// Item model of a DataTree: name, type, value. GUI thread.
#pragma once

#include "models/deadletters/datatree.h"

#include <QAbstractItemModel>
#include <memory>

namespace signalbox {

class DataTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Type, Value, ColumnCount };
    enum Role { PathRole = Qt::UserRole + 1 }; // "order.lines[2].price"

    using QAbstractItemModel::QAbstractItemModel;
    void setTree(std::shared_ptr<const DataTree> tree); // null: empty

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role) const override; // words of the field

private:
    QString path(int node) const;
    std::shared_ptr<const DataTree> tree_;
};

} // namespace signalbox
