// Item model of a subscription's rules: name, condition, action. GUI thread.
#pragma once

#include "models/messaging/bustopology.h"

#include <QAbstractTableModel>

namespace signalbox {

class RuleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Condition, Action, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setRules(std::vector<BusRule> rules);
    const std::vector<BusRule>& rules() const { return rules_; }
    const BusRule* at(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<BusRule> rules_;
};

} // namespace signalbox
