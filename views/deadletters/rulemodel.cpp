#include "views/deadletters/rulemodel.h"

#include "models/messaging/ruledraft.h"

namespace signalbox {

void RuleModel::setRules(std::vector<BusRule> rules) {
    beginResetModel();
    rules_ = std::move(rules);
    endResetModel();
}

const BusRule* RuleModel::at(int row) const {
    return row >= 0 && row < rowCount() ? &rules_[static_cast<std::size_t>(row)] : nullptr;
}

int RuleModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rules_.size());
}

int RuleModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RuleModel::data(const QModelIndex& index, int role) const {
    const BusRule* rule = at(index.row());
    if (!rule || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    switch (index.column()) {
    case Name:
        return rule->name;
    case Condition:
        return conditionText(*rule);
    case Action:
        return rule->hasAction && rule->action.isEmpty() ? tr("not understood here") : rule->action;
    default:
        return {};
    }
}

QVariant RuleModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Rule");
    case Condition:
        return tr("Takes");
    case Action:
        return tr("Changes in its copy");
    default:
        return {};
    }
}

} // namespace signalbox
