// whenDone: the one way to consume a QFuture. The callback runs on the owner's thread, never after the
// owner has died, and never when the future was cancelled without a result.
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

namespace signalbox {

template<class T, class Fn>
void whenDone(QFuture<T> future, QObject* owner, Fn fn) {
    auto* watcher = new QFutureWatcher<T>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner, [watcher, fn = std::move(fn)]() mutable {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0)
            fn(watcher->future().result());
    });
    watcher->setFuture(future);
}

} // namespace signalbox
