// Facts of dead letters in words, icons and colours. GUI thread.
#pragma once

#include "models/deadletters/deadlettertablemodel.h"

#include <QIdentityProxyModel>

namespace signalbox {

class DeadLetterProxy : public QIdentityProxyModel {
    Q_OBJECT
public:
    explicit DeadLetterProxy(DeadLetterTableModel& model, QObject* parent = nullptr);

    // Streams are numbered by offset, entities of Service Bus by sequence number, which is a name, not a
    // count.
    void setQueueType(const QString& word);
    static QString heading(Column column);
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant text(const QVariant& value, Column column) const;
    bool isRemoved(int row) const;
    QVariant picture(const SnapshotRow& row, Column column) const;
    QVariant toolTip(const SnapshotRow& row, Column column) const;
    DeadLetterTableModel& model_;
    bool bySequence_ = false;
    bool byOffset_ = false;
};

} // namespace signalbox
