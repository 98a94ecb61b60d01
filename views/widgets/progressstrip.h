// One line about long work: what, how far, how fast, how long still, pause, cancel. GUI thread.
#pragma once

#include "models/base/workprogress.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace signalbox {

class ProgressStrip : public QWidget {
    Q_OBJECT
public:
    explicit ProgressStrip(QWidget* parent = nullptr);

    struct State {
        QString label; // "Reading orders.dlq"
        qint64 done = 0;
        qint64 total = -1;     // -1 = unknown: the bar shows work without an end
        double perSecond = -1; // -1 = not shown
        qint64 secondsLeft = -1;
        bool paused = false;
        bool canPause = true;
        bool canCancel = true;
        QString note; // instead of rate and time: "waiting for the broker, next try in 8 s"
    };
    void present(const State& state); // also shows the strip
    // Shows `work` as it goes on, and passes Cancel to it, until end().
    void follow(const QString& label, SharedProgress work, qint64 total);
    void end(); // also hides the strip
    // "1,200 of 20,000 · 240/s · 1 min 18 s left"
    static QString text(const State& state);
    QString text() const;
    QToolButton* pauseButton() const { return pause_; }
    QToolButton* cancelButton() const { return cancel_; }

Q_SIGNALS:
    void pauseWanted();
    void resumeWanted();
    void cancelWanted();

private:
    bool paused_ = false;
    SharedProgress work_;
    QTimer tick_;
    QLabel* label_;
    QProgressBar* bar_;
    QLabel* numbers_;
    QToolButton* pause_;
    QToolButton* cancel_;
};

} // namespace signalbox
