#include "app/cli/wait.h"

#include "app/cli/interrupt.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

namespace signalbox {

bool waitUntil(const std::function<bool()>& done, OnInterrupt onInterrupt, int timeoutMs) {
    constexpr int lookEveryMs = 20;
    constexpr int soonMs = 50; // most answers of the store come within that: they are looked for more often
    QElapsedTimer elapsed;
    elapsed.start();
    QEventLoop loop;
    QTimer wake; // so that the loop comes back for the flag, the time and futures without a watcher
    wake.start(1);
    while (!done()) {
        if (wake.interval() != lookEveryMs && elapsed.hasExpired(soonMs))
            wake.setInterval(lookEveryMs);
        if ((onInterrupt == OnInterrupt::Return && Interrupt::raised()) ||
            (timeoutMs > 0 && elapsed.hasExpired(timeoutMs)))
            return done();
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

Error cancelledError() {
    return Error{ErrorKind::Cancelled, QStringLiteral("Stopped before the end, as asked."), {}};
}

} // namespace signalbox
