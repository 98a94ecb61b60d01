// Small words of the live tests: a Result fails the test with its own text, a future is awaited with the
// event loop turning. GUI (or main) thread.
#pragma once

#include "models/base/result.h"

#include <QFuture>
#include <QTest>

#define VERIFY_RESULT(expression)                                                                            \
    QVERIFY2(signalbox::live::worked(expression), qPrintable(signalbox::live::problem))

namespace signalbox::live {

inline constexpr int patienceMs = 120000; // a busy machine with sanitizers
inline QString problem;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

template<class T>
Result<T> answer(QFuture<Result<T>> future) {
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, patienceMs))
        return failure(ErrorKind::Busy, QStringLiteral("There was no answer in time."));
    if (future.resultCount() == 0)
        return failure(ErrorKind::Internal, QStringLiteral("There was no result."));
    return future.takeResult();
}

} // namespace signalbox::live
