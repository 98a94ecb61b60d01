// A scripted MessageSource: hands out batches the test prepared, then is quiet. Shared script, so that the
// test can look on while a worker thread uses the source. Thread-safe.
#pragma once

#include "models/messaging/messagesource.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace signalbox {

struct FakeQueue { // the broker's side
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Message> ready; // head first
    std::vector<std::pair<std::uint64_t, Message>> held;
    std::vector<Message> settled;
    std::uint64_t lastTag = 0;
    qint64 nextOffset = 0;
    bool isStream = false;
    bool countsDeliveries = false; // as a quorum queue does, in x-delivery-count
    int opens = 0;
    int closes = 0;
    int receives = 0;
    int largestBatch = 1 << 30;        // a broker that sends in small pieces
    std::optional<Error> openError;    // given once
    std::optional<Error> receiveError; // given once, when `errorAfter` messages were handed out
    qint64 errorAfter = 0;
    qint64 handedOut = 0;
    std::optional<qint64> claimedReady; // what ready() says; else the truth
    bool interrupted = false;
    int silentReceives = 0; // so often a queue that was opened again says that it is empty

    bool isSilent() const { return opens >= 2 && silentReceives > 0; }
    void put(Message message) {
        const std::lock_guard lock(mutex);
        ready.push_back(std::move(message));
        changed.notify_all();
    }
    static void countUp(Message& message) {
        std::int64_t count = 0;
        if (const HeaderValue* value = message.header("x-delivery-count"))
            (void)headerInteger(*value, &count);
        if (!message.properties.headers)
            message.properties.headers.emplace();
        setHeader(*message.properties.headers, "x-delivery-count", HeaderValue::int64(count + 1));
    }
    void giveAllBack() { // with the lock held
        for (auto at = held.rbegin(); at != held.rend(); ++at) {
            if (countsDeliveries)
                countUp(at->second);
            ready.push_front(std::move(at->second));
        }
        held.clear();
    }
    qint64 readyCount() {
        const std::lock_guard lock(mutex);
        return static_cast<qint64>(ready.size());
    }
    qint64 heldCount() {
        const std::lock_guard lock(mutex);
        return static_cast<qint64>(held.size());
    }
};

class FakeSource final : public MessageSource {
public:
    explicit FakeSource(std::shared_ptr<FakeQueue> queue)
        : queue_(std::move(queue)) {}
    ~FakeSource() override { FakeSource::close(); }

    Result<void> open() override {
        const std::lock_guard lock(queue_->mutex);
        if (queue_->openError) {
            const Error error = *queue_->openError;
            queue_->openError.reset();
            return failure(error);
        }
        queue_->giveAllBack();
        ++queue_->opens;
        open_ = true;
        return {};
    }
    Result<std::vector<Delivery>> receive(int max, int waitMs) override {
        std::unique_lock lock(queue_->mutex);
        ++queue_->receives;
        if (queue_->isSilent()) {
            queue_->changed.wait_for(lock, std::chrono::milliseconds(waitMs),
                                     [&] { return queue_->interrupted; });
            --queue_->silentReceives;
            return std::vector<Delivery>();
        }
        const auto wake = [&] {
            return !queue_->ready.empty() || queue_->interrupted ||
                   (queue_->receiveError && queue_->handedOut >= queue_->errorAfter);
        };
        queue_->changed.wait_for(lock, std::chrono::milliseconds(waitMs), wake);
        if (queue_->interrupted)
            return failure(ErrorKind::Cancelled, QStringLiteral("interrupted"));
        if (queue_->receiveError && queue_->handedOut >= queue_->errorAfter) {
            const Error error = *queue_->receiveError;
            queue_->receiveError.reset();
            queue_->giveAllBack();
            return failure(error);
        }
        std::vector<Delivery> batch;
        const int most = std::min(max, queue_->largestBatch);
        while (static_cast<int>(batch.size()) < most && !queue_->ready.empty()) {
            Delivery delivery;
            delivery.tag = ++queue_->lastTag;
            delivery.streamOffset = queue_->isStream ? queue_->nextOffset++ : -1;
            delivery.message = std::move(queue_->ready.front());
            queue_->ready.pop_front();
            queue_->held.emplace_back(delivery.tag, delivery.message);
            ++queue_->handedOut;
            batch.push_back(std::move(delivery));
        }
        return batch;
    }
    Result<void> settle(std::span<const std::uint64_t> tags) override {
        const std::lock_guard lock(queue_->mutex);
        for (const std::uint64_t tag : tags)
            take(tag, [&](Message message) { queue_->settled.push_back(std::move(message)); });
        return {};
    }
    Result<void> giveBack(std::span<const std::uint64_t> tags) override {
        const std::lock_guard lock(queue_->mutex);
        for (auto tag = tags.rbegin(); tag != tags.rend(); ++tag)
            take(*tag, [&](Message message) { queue_->ready.push_front(std::move(message)); });
        return {};
    }
    Result<void> sync() override { return {}; }
    bool isStream() const override {
        const std::lock_guard lock(queue_->mutex);
        return queue_->isStream;
    }
    Result<qint64> ready() override {
        const std::lock_guard lock(queue_->mutex);
        if (queue_->isSilent())
            return 0;
        return queue_->claimedReady.value_or(static_cast<qint64>(queue_->ready.size()));
    }
    void close() override {
        const std::lock_guard lock(queue_->mutex);
        if (!open_)
            return;
        open_ = false;
        ++queue_->closes;
        queue_->giveAllBack();
    }
    void interrupt() override {
        const std::lock_guard lock(queue_->mutex);
        queue_->interrupted = true;
        queue_->changed.notify_all();
    }

private:
    void take(std::uint64_t tag, auto&& use) {
        for (auto at = queue_->held.begin(); at != queue_->held.end(); ++at) {
            if (at->first == tag) {
                Message message = std::move(at->second);
                queue_->held.erase(at);
                use(std::move(message));
                return;
            }
        }
    }
    std::shared_ptr<FakeQueue> queue_;
    bool open_ = false;
};

} // namespace signalbox
