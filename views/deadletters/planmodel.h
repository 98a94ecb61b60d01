// The items of a plan as a table: what goes where, what is refused and why. GUI thread.
#pragma once

#include "models/replay/replayplan.h"

#include <QAbstractTableModel>
#include <memory>

namespace signalbox {

class PlanModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnId { Position, Verdict, Target, Receivers, Details, ColumnCount };

    explicit PlanModel(QObject* parent = nullptr);
    void setPlan(std::shared_ptr<const ReplayPlan> plan, RunKind kind); // null clears
    void setOnlyRefused(bool only);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void list();
    const PlanItem& itemAt(int row) const;
    QString text(const PlanItem& item, int column) const;
    std::shared_ptr<const ReplayPlan> plan_;
    std::vector<std::size_t> refused_; // places in the plan; used when only those are shown
    RunKind kind_ = RunKind::Replay;
    bool onlyRefused_ = false;
};

} // namespace signalbox
