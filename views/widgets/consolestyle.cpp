#include "views/widgets/consolestyle.h"

#include "views/widgets/theme.h"

#include <QAbstractScrollArea>
#include <QLineEdit>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <QWidget>

namespace signalbox {

namespace {

constexpr double radius = 4.0;
constexpr int scrollBarWidth = 12;
constexpr int progressHeight = 8;

QRectF crisp(const QRect& rect) {
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

QColor mixed(const QColor& a, const QColor& b, double share) {
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

bool isAccent(const QWidget* widget) {
    return widget && widget->property("accent").toBool();
}

void drawPanel(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& outline,
               double width = 1) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(outline, width));
    painter->setBrush(fill);
    painter->drawRoundedRect(crisp(rect), radius, radius);
    painter->restore();
}

void drawButton(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const QPalette& palette = option->palette;
    const bool enabled = option->state.testFlag(QStyle::State_Enabled);
    const bool down = option->state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hover = option->state.testFlag(QStyle::State_MouseOver) && enabled;
    const bool accent = isAccent(widget) && enabled;
    const bool focus = option->state.testFlag(QStyle::State_HasFocus) &&
                       option->state.testFlag(QStyle::State_KeyboardFocusChange);
    const QColor text = palette.color(QPalette::ButtonText);
    QColor fill = accent ? toneOf(Tone::Accent, palette) : palette.color(QPalette::Button);
    if (!enabled)
        fill = palette.color(QPalette::Window);
    if (down || hover)
        fill = mixed(fill, accent ? toneOf(Tone::Text, palette) : text, down ? 0.14 : 0.06);
    const QColor outline = accent ? fill : toneOf(enabled ? Tone::BorderStrong : Tone::Border, palette);
    drawPanel(painter, option->rect, fill, outline);
    if (focus)
        drawPanel(painter,
                  option->rect.adjusted(accent ? 2 : 0, accent ? 2 : 0, accent ? -2 : 0, accent ? -2 : 0),
                  Qt::transparent, toneOf(accent ? Tone::AccentText : Tone::Accent, palette), accent ? 1 : 2);
}

void drawField(const QStyleOption* option, QPainter* painter, const QWidget* widget, bool fill) {
    const bool focus = option->state.testFlag(QStyle::State_HasFocus);
    const bool wrong = widget && widget->property("wrong").toBool();
    const QColor outline = wrong   ? toneOf(Tone::Error, option->palette)
                           : focus ? toneOf(Tone::Accent, option->palette)
                                   : toneOf(Tone::BorderStrong, option->palette);
    drawPanel(painter, option->rect, fill ? option->palette.color(QPalette::Base) : QColor(Qt::transparent),
              outline, focus || wrong ? 1.6 : 1);
}

void drawTab(const QStyleOptionTab* tab, QPainter* painter) {
    const bool selected = tab->state.testFlag(QStyle::State_Selected);
    const bool hover = tab->state.testFlag(QStyle::State_MouseOver);
    if (hover && !selected)
        painter->fillRect(
            tab->rect, mixed(tab->palette.color(QPalette::Window), toneOf(Tone::Text, tab->palette), 0.05));
    if (selected)
        painter->fillRect(QRect(tab->rect.left() + 4, tab->rect.bottom() - 1, tab->rect.width() - 8, 2),
                          toneOf(Tone::Accent, tab->palette));
}

void drawScrollBar(const QStyleOptionSlider* bar, QPainter* painter, const QStyle* style,
                   const QWidget* widget) {
    painter->fillRect(bar->rect, bar->palette.color(QPalette::Base));
    if (bar->maximum == bar->minimum)
        return;
    QRect grip = style->subControlRect(QStyle::CC_ScrollBar, bar, QStyle::SC_ScrollBarSlider, widget);
    grip = bar->orientation == Qt::Vertical ? grip.adjusted(3, 1, -3, -1) : grip.adjusted(1, 3, -1, -3);
    const bool active = bar->activeSubControls.testFlag(QStyle::SC_ScrollBarSlider) &&
                        bar->state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(toneOf(active ? Tone::TextDim : Tone::BorderStrong, bar->palette));
    painter->drawRoundedRect(grip, 3, 3);
    painter->restore();
}

void drawProgress(const QStyleOptionProgressBar* bar, QPainter* painter) {
    QRect track = bar->rect;
    if (!bar->textVisible && track.height() > progressHeight) {
        track.setTop(track.center().y() - progressHeight / 2 + 1);
        track.setHeight(progressHeight);
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(toneOf(Tone::Border, bar->palette));
    painter->drawRoundedRect(track, track.height() / 2.0, track.height() / 2.0);
    const double range = double(bar->maximum) - bar->minimum;
    const double part = range <= 0 ? 1 : (double(bar->progress) - bar->minimum) / range;
    if (part > 0) {
        QRectF done = track;
        done.setWidth(qMax<double>(track.height(), track.width() * qMin(1.0, part)));
        // Without a known end the whole track is filled faintly; the text beside it says what goes on.
        QColor fill = toneOf(Tone::Accent, bar->palette);
        if (range <= 0)
            fill.setAlphaF(0.45F);
        painter->setBrush(fill);
        painter->drawRoundedRect(done, track.height() / 2.0, track.height() / 2.0);
    }
    painter->restore();
}

} // namespace

ConsoleStyle::ConsoleStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {
    setObjectName(QStringLiteral("signalbox"));
}

void ConsoleStyle::makeAccent(QWidget* button) {
    button->setProperty("accent", true);
    button->update();
}

void ConsoleStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractScrollArea*>(widget))
        widget->setAttribute(Qt::WA_MacShowFocusRect, false);
}

int ConsoleStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
    case PM_ScrollBarExtent:
        return scrollBarWidth;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ToolBarIconSize:
    case PM_ListViewIconSize:
    case PM_TabBarIconSize:
        return space::iconSize;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return space::small;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return space::medium;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarBaseOverlap:
        return 0;
    case PM_SplitterWidth:
        return 5;
    case PM_MenuVMargin:
        return space::tight;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ConsoleStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                            QStyleHintReturn* data) const {
    switch (hint) {
    case SH_ScrollBar_ContextMenu:
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
    case SH_ItemView_ActivateItemOnSingleClick:
        return hint == SH_ItemView_ShowDecorationSelected ? 1 : 0;
    case SH_Splitter_OpaqueResize:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize ConsoleStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                     const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int line = option ? option->fontMetrics.height() : size.height();
    switch (type) {
    case CT_PushButton:
        result.setHeight(line + 11);
        result.rwidth() += space::small;
        break;
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox:
        result.setHeight(line + 11);
        break;
    case CT_TabBarTab:
        result.rheight() += space::tight;
        result.rwidth() += space::small;
        break;
    case CT_HeaderSection:
        result.setHeight(line + space::small + 1);
        break;
    case CT_MenuItem:
        result.rheight() += 2;
        break;
    default:
        break;
    }
    return result;
}

void ConsoleStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                 const QWidget* widget) const {
    switch (element) {
    case PE_PanelButtonCommand:
        drawButton(option, painter, widget);
        return;
    case PE_PanelLineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        const QWidget* parent = widget ? widget->parentWidget() : nullptr;
        // Inside spin and combo boxes the box itself draws the frame.
        if (parent && (parent->inherits("QAbstractSpinBox") || parent->inherits("QComboBox")))
            painter->fillRect(option->rect.adjusted(1, 1, -1, -1), option->palette.base());
        else if (frame && frame->lineWidth > 0)
            drawField(option, painter, widget, true);
        else
            painter->fillRect(option->rect, option->palette.base());
        return;
    }
    case PE_FrameLineEdit:
        drawField(option, painter, widget, false);
        return;
    case PE_FrameFocusRect: {
        if (!option->state.testFlag(State_KeyboardFocusChange))
            return;
        painter->save();
        painter->setPen(QPen(toneOf(Tone::Accent, option->palette), 1));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    }
    case PE_IndicatorCheckBox:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        drawPanel(painter, option->rect, Qt::transparent, toneOf(Tone::BorderStrong, option->palette));
        return;
    case PE_IndicatorRadioButton:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(toneOf(Tone::BorderStrong, option->palette));
        painter->drawEllipse(crisp(option->rect));
        painter->restore();
        return;
    case PE_FrameTabWidget:
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.top(), option->rect.width(), 1),
                          toneOf(Tone::Border, option->palette));
        return;
    case PE_Frame:
        painter->save();
        painter->setPen(toneOf(Tone::Border, option->palette));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ConsoleStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            button && isAccent(widget) && button->state.testFlag(State_Enabled)) {
            QStyleOptionButton copy = *button;
            copy.palette.setColor(QPalette::ButtonText, toneOf(Tone::AccentText, button->palette));
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    case CE_HeaderSection: {
        const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
        painter->fillRect(option->rect, toneOf(Tone::Panel, option->palette));
        painter->save();
        painter->setPen(toneOf(Tone::Border, option->palette));
        painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
        if (header && header->orientation == Qt::Horizontal)
            painter->drawLine(option->rect.topRight() + QPoint(0, 5),
                              option->rect.bottomRight() - QPoint(0, 5));
        painter->restore();
        return;
    }
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, toneOf(Tone::Panel, option->palette));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          toneOf(Tone::Border, option->palette));
        return;
    case CE_TabBarTabShape:
        if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
            drawTab(tab, painter);
            return;
        }
        break;
    case CE_Splitter: {
        const bool upright = option->state.testFlag(State_Horizontal);
        const QPoint middle = option->rect.center();
        painter->fillRect(
            upright ? QRect(middle.x(), option->rect.top(), 1, option->rect.height())
                    : QRect(option->rect.left(), middle.y(), option->rect.width(), 1),
            toneOf(option->state.testFlag(State_MouseOver) ? Tone::Accent : Tone::Border, option->palette));
        return;
    }
    case CE_ProgressBarGroove:
        return;
    case CE_ProgressBarContents:
        if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) {
            drawProgress(bar, painter);
            return;
        }
        break;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void ConsoleStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                      QPainter* painter, const QWidget* widget) const {
    if (control == CC_ScrollBar) {
        if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option)) {
            drawScrollBar(bar, painter, proxy(), widget);
            return;
        }
    }
    if (control == CC_SpinBox) {
        if (const auto* box = qstyleoption_cast<const QStyleOptionSpinBox*>(option); box && box->frame) {
            drawField(option, painter, widget, true);
            for (const auto part : {SC_SpinBoxUp, SC_SpinBoxDown}) {
                QStyleOption arrow(*static_cast<const QStyleOption*>(option));
                arrow.rect = proxy()->subControlRect(CC_SpinBox, option, part, widget);
                const auto flag = part == SC_SpinBoxUp ? QAbstractSpinBox::StepUpEnabled
                                                       : QAbstractSpinBox::StepDownEnabled;
                arrow.state.setFlag(State_Enabled,
                                    option->state.testFlag(State_Enabled) && box->stepEnabled.testFlag(flag));
                const int side = qMin(arrow.rect.width(), arrow.rect.height()) - 2;
                arrow.rect = QRect(arrow.rect.center() - QPoint(side / 2, side / 2), QSize(side, side));
                proxy()->drawPrimitive(part == SC_SpinBoxUp ? PE_IndicatorArrowUp : PE_IndicatorArrowDown,
                                       &arrow, painter, widget);
            }
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace signalbox
