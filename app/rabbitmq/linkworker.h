// The connection that a gateway keeps open, on a worker thread: says how the link is, reconnects with
// back-off, and asks the broker small questions. Its callbacks run on the worker thread.
#pragma once

#include "app/rabbitmq/amqplink.h"
#include "models/messaging/linkedgateway.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace signalbox::rabbitmq {

class LinkWorker {
public:
    using Report = std::function<void(const LinkNews&)>;
    // Gets the open link, or nullptr and why there is none.
    using Question = std::function<void(AmqpLink*, const Error&)>;

    LinkWorker(Dial dial, Report report);
    ~LinkWorker(); // ends the thread; open questions are answered with Cancelled

    void ask(Question question);

private:
    void run();
    bool connect();
    void serve();
    void pauseBeforeRetry(const Error& error);
    bool answerOne();
    void refuseAll(const Error& error);
    bool stopping();

    Dial dial_;
    Report report_;
    std::unique_ptr<AmqpLink> link_;
    Error why_; // no link: why
    int failures_ = 0;
    bool everUp_ = false;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Question> questions_;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace signalbox::rabbitmq
