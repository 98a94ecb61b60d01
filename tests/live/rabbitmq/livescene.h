// Queues and their dead letters on a test's node, made and looked at without any code of the product.
// Blocking; belongs to the thread that uses it.
#pragma once

#include "tests/live/livechecks.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"

namespace signalbox::live {

class LiveScene {
public:
    explicit LiveScene(const RabbitNode& node)
        : node_(node) {}
    Result<void> open() {
        auto judge = RawAmqp::open(node_.login());
        if (!judge)
            return failure(judge.error());
        judge_ = std::move(*judge);
        return {};
    }
    RawAmqp& judge() { return *judge_; }

    // A queue whose rejected messages end in `dead` with their keys as they are, and `dead`.
    Result<void> declare(const QString& origin, const QString& dead, HeaderTable arguments = {}) {
        const QString exchange = dead + QStringLiteral(".exchange");
        arguments.push_back({"x-dead-letter-exchange", HeaderValue::string(exchange.toUtf8())});
        auto made = judge_->declareQueue(dead);
        if (made)
            made = judge_->declareExchange(exchange, QStringLiteral("fanout"));
        if (made)
            made = judge_->bindQueue(dead, exchange, QString());
        return made ? judge_->declareQueue(origin, arguments) : made;
    }
    // A consumer that fails `count` times; returns when all of them are ready in `dead`.
    Result<void> reject(const QString& origin, const QString& dead, int count) {
        const auto before = judge_->count(dead);
        auto consumer = RawConsumer::open(node_.login(), 100);
        if (!before || !consumer)
            return failure(before ? consumer.error() : before.error());
        if (auto consuming = (*consumer)->consume(origin); !consuming)
            return consuming;
        for (int i = 0; i < count; ++i) {
            const auto delivery = (*consumer)->next(20000);
            if (!delivery || !*delivery)
                return failure(ErrorKind::NotFound,
                               QStringLiteral("%1 has not enough messages.").arg(origin));
            if (auto rejected = (*consumer)->reject((*delivery)->tag, false); !rejected)
                return rejected;
        }
        return waitFor(dead, *before + count);
    }
    Result<void> waitFor(const QString& queue, qint64 count) {
        if (QTest::qWaitFor([&] { return judge_->count(queue).value_or(-1) == count; }, patienceMs))
            return {};
        return failure(ErrorKind::Busy, QStringLiteral("%1 has %2 messages ready instead of %3.")
                                            .arg(queue)
                                            .arg(judge_->count(queue).value_or(-1))
                                            .arg(count));
    }
    // Takes everything out of the queue by a consumer, oldest first.
    std::vector<Message> take(const QString& queue) {
        const auto count = judge_->count(queue);
        auto consumer = RawConsumer::open(node_.login(), 500);
        if (!worked(count) || !worked(consumer) || !worked((*consumer)->consume(queue)))
            return {};
        auto taken = (*consumer)->take(*count, 20000);
        return worked(taken) ? std::move(*taken) : std::vector<Message>();
    }
    QByteArrayList takeBodies(const QString& queue) { return bodiesOf(take(queue)); }
    static QByteArrayList bodiesOf(const std::vector<Message>& messages) {
        QByteArrayList all;
        for (const Message& message : messages)
            all << message.body;
        return all;
    }

private:
    const RabbitNode& node_;
    std::unique_ptr<RawAmqp> judge_;
};

} // namespace signalbox::live
