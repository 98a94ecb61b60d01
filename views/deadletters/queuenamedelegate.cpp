#include "views/deadletters/queuenamedelegate.h"

#include "views/deadletters/queueproxy.h"

#include <QApplication>

namespace signalbox {

namespace {

constexpr QLatin1String subscriptions("/Subscriptions/");
const QChar ellipsis(0x2026);

struct SubQueueName {
    QLatin1String suffix;
    QLatin1String shown; // as people call it: the whole one takes the room of the queue's own name
};
constexpr SubQueueName subQueueNames[] = {
    {QLatin1String("/$Transfer/$DeadLetterQueue"), QLatin1String("/$Transfer/$DLQ")},
    {QLatin1String("/$DeadLetterQueue"), QLatin1String("/$DLQ")}};

} // namespace

QString shortQueueName(const QString& name, int room, const QFontMetrics& metrics) {
    const auto fits = [&](const QString& text) { return metrics.horizontalAdvance(text) <= room; };
    QString head = name;
    QString end;
    for (const SubQueueName& each : subQueueNames) {
        if (head.endsWith(each.suffix, Qt::CaseInsensitive)) {
            head.chop(each.suffix.size());
            end = each.shown;
        }
    }
    if (fits(head + end))
        return head + end;
    if (const auto at = head.indexOf(subscriptions, 0, Qt::CaseInsensitive); at > 0) {
        end.prepend(QLatin1Char('/') + head.mid(at + subscriptions.size()));
        head.truncate(at);
        if (QString topicWhole = head + end; fits(topicWhole))
            return topicWhole;
    }
    if (end.isEmpty())
        return metrics.elidedText(name, Qt::ElideMiddle, room);
    constexpr int least = 2; // fewer characters of the beginning say nothing
    while (head.size() > least && !fits(head + ellipsis + end))
        head.chop(1);
    if (fits(head + ellipsis + end))
        return head + ellipsis + end;
    if (fits(ellipsis + end))
        return ellipsis + end;
    return metrics.elidedText(end, Qt::ElideLeft, room);
}

void QueueNameDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    const QWidget* widget = option->widget;
    const QStyle* style = widget ? widget->style() : QApplication::style();
    const QRect place = style->subElementRect(QStyle::SE_ItemViewItemText, option, widget);
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, option, widget) + 1;
    // What stops a queue is never cut off for the sake of its name.
    QString mark = index.data(QueueProxy::MarkRole).toString();
    if (!mark.isEmpty())
        mark.prepend(QStringLiteral(" · "));
    const int room = place.width() - 2 * margin - option->fontMetrics.horizontalAdvance(mark);
    if (option->rect.isValid() && room > 0)
        option->text = shortQueueName(option->text, room, option->fontMetrics);
    option->text += mark;
}

} // namespace signalbox
