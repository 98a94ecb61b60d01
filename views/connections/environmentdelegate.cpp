#include "views/connections/environmentdelegate.h"

#include "views/widgets/tones.h"

#include <QPainter>

namespace signalbox {

namespace {
constexpr int barWidth = 4;
constexpr int gap = 4;
} // namespace

void EnvironmentDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    QStyleOptionViewItem shifted = option;
    shifted.rect.adjust(barWidth + gap, 0, 0, 0);
    // The row's background runs behind the bar as well.
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, option.palette.highlight());
    else if (option.features.testFlag(QStyleOptionViewItem::Alternate))
        painter->fillRect(option.rect, option.palette.alternateBase());
    QStyledItemDelegate::paint(painter, shifted, index);
    const auto environment = static_cast<Environment>(index.data(role_).toInt());
    painter->fillRect(QRect(option.rect.left(), option.rect.top(), barWidth, option.rect.height()),
                      toneOf(toneOf(environment), option.palette));
}

} // namespace signalbox
