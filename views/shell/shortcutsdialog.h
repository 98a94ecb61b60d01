// F1: the keys of the window and of the page in view. GUI thread.
#pragma once

#include "views/widgets/page.h"

#include <QDialog>

namespace signalbox {

class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    // `subjects`: titles of the pages in the order of their keys.
    ShortcutsDialog(const QStringList& subjects, const QString& pageTitle,
                    const std::vector<Command>& commands, QWidget* parent = nullptr);
};

} // namespace signalbox
