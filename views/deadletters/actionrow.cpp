#include "views/deadletters/actionrow.h"

#include "views/widgets/consolestyle.h"
#include "views/widgets/theme.h"

#include <QBoxLayout>
#include <QDialog>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>

namespace signalbox {

QPushButton* addActionRow(QDialog* dialog, QBoxLayout* layout, QLabel* why, const QString& text,
                          const QString& iconName) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    QPushButton* action = buttons->addButton(text, QDialogButtonBox::ActionRole);
    action->setIcon(icon(iconName, Tone::AccentText));
    ConsoleStyle::makeAccent(action);
    action->setAutoDefault(false); // not even where it has the focus
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    why->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(why, 1);
    row->addWidget(buttons);
    layout->addLayout(row);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    return action;
}

} // namespace signalbox
