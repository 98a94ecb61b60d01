// Reads a queue, subscription or one of their dead-letter sub-queues by peeking: nothing is locked, counted
// or moved. Blocking, for one worker thread, whose event loop turns meanwhile.
#pragma once

#include "app/servicebus/claims.h"
#include "app/servicebus/entitypath.h"
#include "app/servicebus/namespaceaccess.h"
#include "models/messaging/messagesource.h"

#include <atomic>
#include <deque>
#include <mutex>

namespace signalbox::servicebus {

class PeekSource final : public MessageSource {
public:
    PeekSource(NamespaceAccess access, const SourceOptions& options);
    ~PeekSource() override;

    Result<void> open() override;
    // Deliveries carry the sequence number as tag and as stream offset. Empty: the end was reached.
    Result<std::vector<Delivery>> receive(int max, int waitMs) override;
    Result<void> settle(std::span<const std::uint64_t> tags) override;   // Unsupported: nothing is held
    Result<void> giveBack(std::span<const std::uint64_t> tags) override; // nothing to do
    Result<void> sync() override { return {}; }
    Result<qint64> ready() override { return 0; } // peeking meets all there is
    bool peeks() const override { return true; }
    void close() override;
    void interrupt() override;

private:
    Result<Response> nextPage(int max);
    Result<Response> askPage(int max);
    void askAhead(const Response& page, int max);

    const NamespaceAccess access_;
    const EntityPath path_;
    const StreamStart start_;
    qint64 next_ = 0;       // sequence number
    bool hasBegun_ = false; // the wanted time was met
    bool isAsked_ = false;  // the page from next_ on is asked for already
    std::deque<Delivery> ready_;
    std::unique_ptr<TokenSource> tokens_;
    std::mutex mutex_; // of connection_, against interrupt()
    std::unique_ptr<AmqpConnection> connection_;
    std::unique_ptr<Claims> claims_;
    std::unique_ptr<RequestLink> link_;
    std::atomic<bool> interrupted_{false};
};

} // namespace signalbox::servicebus
