// The connection that a gateway keeps to its namespace, on a worker thread: says how the link is, reconnects
// with back-off, and puts its token again now and then, which keeps the link from being closed for idleness.
#pragma once

#include "app/servicebus/namespaceaccess.h"
#include "models/messaging/linkedgateway.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace signalbox::servicebus {

class AmqpConnection;

class NamespaceLink {
public:
    // `report` is called on the worker thread.
    NamespaceLink(NamespaceAccess access, std::function<void(const LinkNews&)> report);
    ~NamespaceLink(); // ends the thread

private:
    void run();
    Result<void> serve(); // ends with why the link ended
    bool pause(const Error& error);

    const NamespaceAccess access_;
    const std::function<void(const LinkNews&)> report_;
    int failures_ = 0;
    bool wasUp_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    AmqpConnection* connection_ = nullptr; // alive while not null
    bool stop_ = false;
    std::thread thread_;
};

} // namespace signalbox::servicebus
