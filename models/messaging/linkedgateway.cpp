#include "models/messaging/linkedgateway.h"

#include <QThreadPool>

#include <mutex>

namespace signalbox {

// What a worker reports through: it may outlive the gateway while a connection attempt runs out.
struct LinkedGateway::Relay {
    std::mutex mutex;
    LinkedGateway* gateway = nullptr;
};

LinkedGateway::~LinkedGateway() {
    blockSignals(true);
    close();
}

void LinkedGateway::open() {
    if (worker_ && link_.state != LinkState::Failed)
        return;
    dropWorker(); // after a failure it only waits for its end
    relay_ = std::make_shared<Relay>();
    relay_->gateway = this;
    link_ = {};
    link_.state = LinkState::Connecting;
    worker_ = startWorker([relay = relay_](const LinkNews& news) {
        const std::lock_guard lock(relay->mutex);
        if (!relay->gateway)
            return;
        QMetaObject::invokeMethod(
            relay->gateway,
            [relay, news] {
                if (relay->gateway) // only its own thread ever cuts it
                    relay->gateway->follow(news);
            },
            Qt::QueuedConnection);
    });
    Q_EMIT linkChanged();
}

void LinkedGateway::follow(const LinkNews& news) {
    if (news == link_)
        return;
    if (news.state == LinkState::Connected)
        wentUp();
    link_ = news;
    Q_EMIT linkChanged();
}

void LinkedGateway::close() {
    if (!worker_)
        return;
    dropWorker();
    link_ = {};
    Q_EMIT linkChanged();
}

void LinkedGateway::dropWorker() {
    if (!worker_)
        return;
    {
        const std::lock_guard lock(relay_->mutex);
        relay_->gateway = nullptr;
    }
    // Its thread may sit in a connection attempt for seconds: somebody else waits for that.
    QThreadPool::globalInstance()->start([worker = std::move(worker_)]() mutable { worker.reset(); });
    worker_.reset();
    relay_.reset();
}

} // namespace signalbox
