// Shows a queue's name in the room there is: what is cut is the middle or the beginning, never the end, where
// the names of Service Bus say subscription and dead-letter sub-queue. The tooltip holds the whole. GUI
// thread.
#pragma once

#include <QFontMetrics>
#include <QStyledItemDelegate>

namespace signalbox {

// "events-of-the-shop/Subscriptions/audit/$DeadLetterQueue" becomes "events…/audit/$DLQ"; `room` in pixels.
QString shortQueueName(const QString& name, int room, const QFontMetrics& metrics);

class QueueNameDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace signalbox
