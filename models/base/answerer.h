// The giving end of a QFuture<Result<T>>: copyable, so that a callback can carry it; answered once, on any
// thread.
#pragma once

#include "models/base/result.h"

#include <QFuture>
#include <QPromise>
#include <memory>

namespace signalbox {

template<class T>
class Answerer {
public:
    Answerer() { promise_->start(); }
    QFuture<Result<T>> future() const { return promise_->future(); }
    void answer(Result<T> result) const {
        promise_->addResult(std::move(result));
        promise_->finish();
    }

private:
    std::shared_ptr<QPromise<Result<T>>> promise_ = std::make_shared<QPromise<Result<T>>>();
};

} // namespace signalbox
