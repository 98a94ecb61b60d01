// The last row of a dialog that changes a queue: why it cannot be done, Cancel, and the button that does it.
// GUI thread.
#pragma once

class QBoxLayout;
class QDialog;
class QLabel;
class QPushButton;
class QString;

namespace signalbox {

// Appends the row to `layout` and gives the acting button, which Return never presses: Cancel is the default.
QPushButton* addActionRow(QDialog* dialog, QBoxLayout* layout, QLabel* why, const QString& text,
                          const QString& iconName);

} // namespace signalbox
