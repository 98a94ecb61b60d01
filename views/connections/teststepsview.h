// The steps of a connection test with their results: icon, word and sentence for each. GUI thread.
#pragma once

#include "models/messaging/brokergateway.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace signalbox {

class TestStepsView : public QWidget {
    Q_OBJECT
public:
    explicit TestStepsView(QWidget* parent = nullptr);
    void clear();                             // hides it
    void presentRunning(const QString& kind); // technology of the connection
    void present(const std::vector<TestStep>& steps);
    void present(const Error& error);
    QString text() const; // one line per step, for copying and tests
    static QString stateWord(TestStep::State state);

private:
    void empty();
    void addRow(const QString& iconName, int tone, const QString& name, const QString& word,
                const QString& result);
    void summarise(const QString& iconName, int tone, const QString& text);
    QLabel* picture_;
    QLabel* summary_;
    QGridLayout* rows_;
    QStringList lines_;
};

} // namespace signalbox
