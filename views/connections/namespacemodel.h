// Item model of the namespaces that were found in Azure. GUI thread.
#pragma once

#include "models/connections/namespacefinder.h"

#include <QAbstractTableModel>

namespace signalbox {

class NamespaceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Location, Tier, Status, Keys, Subscription, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setNamespaces(std::vector<FoundNamespace> found);
    const FoundNamespace* at(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<FoundNamespace> found_;
};

} // namespace signalbox
