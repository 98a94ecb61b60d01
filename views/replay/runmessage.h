// One saved message of a run: as it was in the queue and, where it was edited, as it was sent. GUI thread.
#pragma once

#include "models/base/error.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>

namespace signalbox {

class MessageView;

class RunMessage : public QDialog {
    Q_OBJECT
public:
    RunMessage(ConsoleContext& context, const QString& run, qint64 number, QWidget* parent = nullptr);

Q_SIGNALS:
    void errorRaised(const signalbox::Error& error);

private:
    void showOriginal(const Message& original);
    ConsoleContext& context_;
    MessageView* original_;
    MessageView* edited_ = nullptr;
};

} // namespace signalbox
