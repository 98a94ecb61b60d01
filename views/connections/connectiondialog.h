// Adds or changes a connection, and tests it step by step before it is saved. Open it with open(); it never
// blocks. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QDialog>

class QPushButton;
class QScrollArea;

namespace signalbox {

class ConnectionBand;
class ConnectionForm;
class ErrorBanner;
class TestStepsView;

class ConnectionDialog : public QDialog {
    Q_OBJECT
public:
    // An empty id in `profile` makes a new connection.
    ConnectionDialog(ConsoleContext& context, const ConnectionProfile& profile, QWidget* parent = nullptr);

    ConnectionForm* form() const { return form_; }
    TestStepsView* steps() const { return steps_; }
    QPushButton* saveButton() const { return save_; }
    QPushButton* testButton() const { return test_; }
    ErrorBanner* banner() const { return banner_; }

    void save();
    void test();

Q_SIGNALS:
    void saved(const QString& name);
    void notice(const QString& text); // saved, but e.g. the password is not kept

private:
    void follow();
    ConsoleContext& context_;
    ConnectionBand* band_;
    ErrorBanner* banner_;
    ConnectionForm* form_;
    QScrollArea* scroll_;
    TestStepsView* steps_;
    QPushButton* test_;
    QPushButton* save_;
    int testNumber_ = 0; // answers of an older test are dropped
};

} // namespace signalbox
