// Words, icons, order and filter of the queue list: queues with dead letters first. GUI thread.
#pragma once

#include "models/deadletters/queuemodel.h"
#include "models/deadletters/snapshot.h"

#include <QHash>
#include <QSet>
#include <QSortFilterProxyModel>

namespace signalbox {

class QueueProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    // Of the name: words behind it, "disabled"; empty: none. Beyond the roles of QueueModel.
    static constexpr int MarkRole = Qt::UserRole + 100;

    explicit QueueProxy(QueueModel& model, QObject* parent = nullptr);

    void setShowAll(bool all); // false: only queues that hold dead letters, or were read before
    bool showsAll() const { return all_; }
    void setText(const QString& text);    // part of the name
    void showAlways(const QString& name); // chosen by its name, whether or not it is of interest
    void forgetAlways() { always_.clear(); }
    // Queues that have a snapshot here; they are shown in any case.
    void setRead(const QHash<QString, SnapshotInfo>& read);
    const DeadLetterQueue* queueAt(const QModelIndex& index) const;
    int rowOf(const QString& name) const; // -1 = not shown
    int hiddenCount() const;              // queues left out because they hold no dead letters

    static QString typeText(QueueType type);
    static QString toolTip(const DeadLetterQueue& queue);

    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    bool isOfInterest(const DeadLetterQueue& queue) const;
    bool isListed(const DeadLetterQueue& queue) const;
    QString cell(const DeadLetterQueue& queue, int column) const;
    QueueModel& model_;
    bool all_ = false;
    QString text_;
    QSet<QString> always_;
    QHash<QString, SnapshotInfo> read_;
};

} // namespace signalbox
