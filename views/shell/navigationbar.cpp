#include "views/shell/navigationbar.h"

#include "views/widgets/theme.h"

#include <QButtonGroup>
#include <QKeyEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace signalbox {

NavigationBar::NavigationBar(QWidget* parent)
    : QFrame(parent)
    , group_(new QButtonGroup(this))
    , layout_(new QVBoxLayout(this)) {
    setAccessibleName(tr("Subjects"));
    layout_->setContentsMargins(space::tight, space::small, space::tight, space::small);
    layout_->setSpacing(space::hair);
    layout_->addStretch(1);
    group_->setExclusive(true);
    connect(group_, &QButtonGroup::idClicked, this, &NavigationBar::chosen);
}

void NavigationBar::add(const QString& title, const QString& iconName, const QKeySequence& shortcut) {
    auto* button = new QToolButton(this);
    button->setText(title);
    button->setIcon(icon(iconName));
    button->setIconSize({20, 20});
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setToolTip(tr("%1 (%2)").arg(title, shortcut.toString(QKeySequence::NativeText)));
    button->setAccessibleName(title);
    button->installEventFilter(this);
    const int id = count();
    group_->addButton(button, id);
    layout_->insertWidget(id, button);
}

void NavigationBar::setCurrent(int index) {
    if (QToolButton* chosenButton = button(index))
        chosenButton->setChecked(true);
}

QToolButton* NavigationBar::button(int index) const {
    return qobject_cast<QToolButton*>(group_->button(index));
}

int NavigationBar::count() const {
    return static_cast<int>(group_->buttons().size());
}

bool NavigationBar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step != 0) {
            const int now = group_->id(qobject_cast<QAbstractButton*>(watched));
            if (QToolButton* next = button(now + step))
                next->setFocus(Qt::TabFocusReason);
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void NavigationBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), toneOf(Tone::Panel, palette()));
    painter.setPen(toneOf(Tone::Border, palette()));
    painter.drawLine(rect().topRight(), rect().bottomRight());
}

} // namespace signalbox
