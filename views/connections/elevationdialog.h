// Lifts the read-only state of a production connection: a reason, a time, and what follows from it. Open it
// with open(). GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QDialog>

class QLineEdit;
class QPushButton;
class QSpinBox;

namespace signalbox {

class ErrorBanner;
class FormField;

class ElevationDialog : public QDialog {
    Q_OBJECT
public:
    ElevationDialog(ConsoleContext& context, const QString& connectionId, QWidget* parent = nullptr);
    QLineEdit* reasonEdit() const { return reason_; }
    QSpinBox* minutesBox() const { return minutes_; }
    QPushButton* elevateButton() const { return elevate_; }
    QString problem() const; // what is shown at the reason

    void elevate();

private:
    ConsoleContext& context_;
    QString id_;
    ErrorBanner* banner_;
    QLineEdit* reason_;
    FormField* reasonField_;
    QSpinBox* minutes_;
    QPushButton* elevate_ = nullptr;
};

} // namespace signalbox
