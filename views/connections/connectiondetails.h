// What is known about the selected connection: link, broker facts, warnings that last, the test's result, and
// the buttons that act on it. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPushButton;

namespace signalbox {

class EnvironmentBadge;
class ErrorBanner;
class TestStepsView;

class ConnectionDetails : public QWidget {
    Q_OBJECT
public:
    explicit ConnectionDetails(ConsoleContext& context, QWidget* parent = nullptr);
    void setConnection(const QString& id); // empty = none selected
    void test();
    TestStepsView* steps() const { return steps_; }
    ErrorBanner* warning() const { return warning_; }
    QPushButton* connectButton() const { return connect_; }
    QPushButton* elevateButton() const { return elevate_; }

Q_SIGNALS:
    void connectWanted(const QString& id);
    void elevateWanted(const QString& id);
    void editWanted(const QString& id);
    void errorRaised(const signalbox::Error& error);

private:
    void refresh(const QString& id);
    void askFacts();
    void showFacts(const BrokerFacts& facts);
    void setLine(int line, const QString& text);
    ConsoleContext& context_;
    QString id_;
    int asked_ = 0; // answers to older questions are dropped
    QWidget* body_;
    QLabel* name_;
    EnvironmentBadge* badge_;
    ErrorBanner* warning_;
    QFormLayout* lines_;
    std::vector<QLabel*> values_;
    QPushButton* connect_;
    QPushButton* test_;
    QPushButton* edit_;
    QPushButton* elevate_;
    TestStepsView* steps_;
};

} // namespace signalbox
