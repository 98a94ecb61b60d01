// Waiting at the top of the command line: one thing at a time, straight from main(), so that no event loop
// ever runs inside another. Never for the window. See docs/decisions/cli-straight-line.md.
#pragma once

#include "models/base/result.h"

#include <QFuture>
#include <functional>

namespace signalbox {

enum class OnInterrupt {
    Return, // the wait ends and the command stops
    Finish, // good order has begun already: wait for its end
};

// Runs the event loop until `done()` holds; it is asked often (every 20 ms, at first every ms, and after
// every event). False: interrupted, or `timeoutMs` (0 = none) are over.
bool waitUntil(const std::function<bool()>& done, OnInterrupt onInterrupt = OnInterrupt::Return,
               int timeoutMs = 0);

Error cancelledError();

template<class T>
Result<T> waitFor(QFuture<Result<T>> future, OnInterrupt onInterrupt = OnInterrupt::Return) {
    if (!waitUntil([&future] { return future.isFinished(); }, onInterrupt))
        return failure(cancelledError());
    if (future.resultCount() == 0)
        return failure(ErrorKind::Internal, QStringLiteral("The work ended without a result."));
    return future.result();
}

} // namespace signalbox
