// A question before something is done on a connection, under the band in its environment's colour. Cancel is
// the default; `accepted` means yes. Open it with open(); it deletes itself. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QDialog>

namespace signalbox {

class Question : public QDialog {
    Q_OBJECT
public:
    struct Words {
        QString title;
        QString question;
        QString explanation;
        QString yes; // the button that does it
    };
    Question(const ConsoleContext& context, const QString& connectionId, const Words& words, QWidget* parent);
};

} // namespace signalbox
