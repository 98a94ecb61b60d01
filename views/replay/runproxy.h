// Runs and their messages in the words of the tables. GUI thread.
#pragma once

#include "models/replay/runitemmodel.h"
#include "models/replay/runmodel.h"

#include <QIdentityProxyModel>
#include <QSet>
#include <QSortFilterProxyModel>

namespace signalbox {

class RunProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunProxy(RunModel& model, QObject* parent = nullptr);
    void setOpenRuns(const QSet<QString>& runs); // cut short: to be resumed or ended
    bool isOpen(const QString& run) const { return open_.contains(run); }

    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    RunModel& model_;
    QSet<QString> open_;
};

class RunItemProxy : public QIdentityProxyModel {
    Q_OBJECT
public:
    explicit RunItemProxy(RunItemModel& model, QObject* parent = nullptr);

    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setRemoves(bool removes) { removes_ = removes; } // before the run is shown

private:
    RunItemModel& model_;
    bool removes_ = true;
};

} // namespace signalbox
