// Item model of a connection's queues with their dead-letter evidence; update() merges by name. GUI thread.
#pragma once

#include "models/deadletters/deadletterqueues.h"

#include <QAbstractTableModel>

namespace signalbox {

class QueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        Type,
        Ready,
        Unacked,
        Consumers,
        InRate,
        OutRate,
        StateColumn,
        Policy,
        DeadLettersTo,
        Evidence,
        ColumnCount
    };
    enum Role { HoldsRole = Qt::UserRole + 1, SortRole, EvidenceKindRole };

    explicit QueueModel(QObject* parent = nullptr);
    void update(std::vector<DeadLetterQueue> queues); // merge: selection survives
    const DeadLetterQueue* at(int row) const;
    int rowOf(const QString& name) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role) const override; // none: views name columns

private:
    std::vector<DeadLetterQueue> queues_;
};

} // namespace signalbox
