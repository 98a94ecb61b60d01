// The source of a run: messages taken under peek-lock, which are removed or given back. Alone on its
// connection, or one half of a pair that moves. Blocking, for one worker thread.
#pragma once

#include "app/servicebus/movetarget.h"
#include "app/servicebus/numberedmessages.h"

#include <functional>

namespace signalbox::servicebus {

class LockSource final : public MessageSource {
public:
    LockSource(NamespaceAccess access, const SourceOptions& options);
    LockSource(std::shared_ptr<MovePair> pair, const SourceOptions& options);
    ~LockSource() override;

    Result<void> open() override;
    Result<std::vector<Delivery>> receive(int max, int waitMs) override;
    Result<void> settle(std::span<const std::uint64_t> tags) override;
    Result<void> giveBack(std::span<const std::uint64_t> tags) override;
    Result<void> sync() override;
    // By peeking at the whole queue: what others have locked is counted, what is held here is not.
    Result<qint64> ready() override;
    bool countsCheaply() const override { return false; }
    void expectUpTo(qint64 number) override { receiver_.expectUpTo(number); }
    void expectOnly(std::span<const qint64> numbers) override;
    bool wasThere(std::uint64_t tag) const override { return !numbered_ || numbered_->wasThere(tag); }
    void expectSessions(const std::vector<SessionSpan>& wanted) override { receiver_.expectSessions(wanted); }
    void leave(std::span<const std::uint64_t> tags) override { receiver_.leave(tags); }
    QString heldBack() const override { return receiver_.heldBack(); }
    void close() override;
    void interrupt() override { wire_.interrupt(); }

private:
    Result<void> openNumbered();
    Result<void> onEach(std::span<const std::uint64_t> tags,
                        const std::function<Result<void>(std::span<const std::uint64_t>)>& byNumber,
                        const std::function<void(std::span<const std::uint64_t>)>& inOrder);

    const std::shared_ptr<MovePair> pair_; // null: alone
    const std::unique_ptr<NamespaceWire> ownWire_;
    const std::unique_ptr<EntityReceiver> ownReceiver_;
    NamespaceWire& wire_;
    EntityReceiver& receiver_;
    const EntityPath path_;
    const int window_; // 0: no bound
    const std::optional<DeadLetterWords> deadLetters_;
    std::unique_ptr<NumberedMessages> numbered_; // null: all are received in order
    bool isReceiving_ = true;                    // false: none of the wanted ones is active
};

} // namespace signalbox::servicebus
