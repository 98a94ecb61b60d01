// Tells a test how long the window would have stood still. GUI (or main) thread.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <algorithm>

namespace signalbox {

// Longest time the event loop was away.
class GapWatch : public QObject {
public:
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr qint64 most = 1000;
#else
    static constexpr qint64 most = 250; // 50 on a machine of its own; tests share theirs
#endif
    GapWatch() {
        timer_.setInterval(1);
        timer_.setTimerType(Qt::PreciseTimer);
        connect(&timer_, &QTimer::timeout, this, [this] { longest = std::max(longest, clock_.restart()); });
        clock_.start();
        timer_.start();
    }
    qint64 longest = 0; // milliseconds

private:
    QTimer timer_;
    QElapsedTimer clock_;
};

} // namespace signalbox
