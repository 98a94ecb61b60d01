// Sessions of a Service Bus queue in words: id, whether messages wait, size and beginning of the state. GUI
// thread.
#pragma once

#include "models/messaging/sessiondirectory.h"

#include <QAbstractTableModel>

namespace signalbox {

class SessionTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Id, Messages, StateSize, State, ColumnCount };
    static constexpr int SortRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;
    void setSessions(std::vector<BusSession> sessions);
    const BusSession* at(int row) const; // nullptr: not there

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<BusSession> sessions_;
};

} // namespace signalbox
