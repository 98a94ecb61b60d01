// One consumer with its own connection, for tests and the sandbox: deliveries one by one, settled by the
// caller. What is not settled goes back to the queue when the object dies. Blocking; belongs to the thread
// that uses it.
#pragma once

#include "models/messaging/message.h"
#include "tests/support/live/rawconnection.h"

#include <optional>

namespace signalbox::live {

struct RawDelivery {
    std::uint64_t tag = 0;
    QByteArray queue; // it came from
    Message message;
};

class RawConsumer {
public:
    static Result<std::unique_ptr<RawConsumer>> open(const RawLogin& login, int prefetch);

    // Several queues may be consumed. Streams: give {"x-stream-offset", "first" | offset | timestamp}.
    Result<void> consume(const QString& queue, const HeaderTable& arguments = {});
    // The next message, nothing when none came in time.
    Result<std::optional<RawDelivery>> next(int timeoutMs);
    Result<void> ack(std::uint64_t tag, bool andEarlier = false);
    Result<void> reject(std::uint64_t tag, bool requeue);

    // Reads `count` messages, or as many as come with no more than `timeoutMs` between two, and acks them.
    Result<std::vector<Message>> take(qint64 count, int timeoutMs);

private:
    explicit RawConsumer(std::unique_ptr<RawConnection> connection)
        : connection_(std::move(connection)) {}
    std::unique_ptr<RawConnection> connection_;
    int generation_ = 0;
};

} // namespace signalbox::live
