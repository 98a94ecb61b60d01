// Runs a blocking call on a pool and gives its result as a future, so that no store or broker call blocks the
// GUI thread. The pool's owner waits for it (QThreadPool::waitForDone) before what the call uses dies.
#pragma once

#include <QFuture>
#include <QPromise>
#include <QThreadPool>
#include <memory>

namespace signalbox {

template<class Fn>
auto inBackground(QThreadPool& pool, Fn fn) -> QFuture<decltype(fn())> {
    auto promise = std::make_shared<QPromise<decltype(fn())>>();
    QFuture<decltype(fn())> future = promise->future();
    promise->start();
    pool.start([promise, fn = std::move(fn)]() mutable {
        promise->addResult(fn());
        promise->finish();
    });
    return future;
}

template<class T>
QFuture<T> readyFuture(T value) {
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

} // namespace signalbox
