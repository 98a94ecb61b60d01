#include "views/deadletters/orderbox.h"

#include "models/deadletters/snapshotcolumns.h"
#include "views/deadletters/deadletterproxy.h"

namespace signalbox {

OrderBox::OrderBox(QWidget* parent)
    : QComboBox(parent) {
    add(tr("as in the queue"), {});
    add(tr("last in the queue first"), {Column::Position, true});
    add(tr("oldest death first"), {Column::FirstDeath, false});
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(14);
    setAccessibleName(tr("Order"));
    setToolTip(tr("In another order than the queue's all messages are taken and held before the first one is "
                  "sent."));
}

void OrderBox::add(const QString& text, const SortOrder& order) {
    addItem(text, sortOrderText(order));
}

void OrderBox::offer(const SortOrder& ofTheList) {
    if (findData(sortOrderText(ofTheList)) >= 0)
        return;
    const bool isText = columnType(ofTheList.column) == ColumnType::Text;
    const bool isTime = columnType(ofTheList.column) == ColumnType::Time;
    const QString direction = isTime   ? (ofTheList.descending ? tr("latest first") : tr("oldest first"))
                              : isText ? (ofTheList.descending ? tr("Z to A") : tr("A to Z"))
                                       : (ofTheList.descending ? tr("highest first") : tr("lowest first"));
    add(tr("as listed: %1, %2").arg(DeadLetterProxy::heading(ofTheList.column), direction), ofTheList);
}

SortOrder OrderBox::order() const {
    return currentIndex() <= 0 ? SortOrder()
                               : sortOrderFromText(currentData().toString()).value_or(SortOrder());
}

void OrderBox::choose(const SortOrder& order) {
    setCurrentIndex(findData(sortOrderText(order)));
}

} // namespace signalbox
