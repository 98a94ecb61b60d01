#include "app/rabbitmq/amqptarget.h"

#include <chrono>
#include <utility>

namespace signalbox::rabbitmq {

namespace {

constexpr std::size_t lookEvery = 64; // publishes between two looks at what the broker says

} // namespace

AmqpTarget::AmqpTarget(Dial dial)
    : dial_(std::move(dial)) {}

AmqpTarget::~AmqpTarget() {
    close();
}

Error AmqpTarget::lost() const {
    return {
        ErrorKind::Lost, QStringLiteral("The link to %1 is not open.").arg(endpointOf(dial_.profile)), {}};
}

Result<void> AmqpTarget::open() {
    close();
    if (interrupted_.exchange(false))
        return failure(ErrorKind::Cancelled, QStringLiteral("Cancelled."));
    auto link = AmqpLink::open(dial_);
    if (!link)
        return failure(std::move(link.error()));
    link_ = std::move(*link);
    pending_.restart();
    known_.clear();
    broken_.reset();
    assembler_ = {};
    amqp_confirm_select(link_->state(), AmqpLink::channel);
    auto selected = link_->check(QStringLiteral("ask for publisher confirms"));
    if (!selected)
        link_.reset();
    return selected;
}

Result<void> AmqpTarget::publish(std::span<const Outgoing> messages) {
    std::size_t handled = 0;
    auto done = publishSome(messages, handled);
    if (!done && done.error().kind != ErrorKind::Blocked) {
        // Never handed to the socket: nobody has to doubt these.
        for (const Outgoing& message : messages.subspan(handled))
            known_.push_back({message.item, PublishOutcome::Kind::NotSent, done.error().summary});
    }
    return done;
}

Result<void> AmqpTarget::publishSome(std::span<const Outgoing> messages, std::size_t& handled) {
    if (!link_)
        return failure(broken_.value_or(lost()));
    // What the broker has said meanwhile comes first: an alarm must stop this call before it sends.
    for (;;) {
        auto read = readAnswer(0);
        if (!read)
            return failure(std::move(read.error()));
        if (!*read)
            break;
    }
    if (link_->blocked())
        return failure(ErrorKind::Blocked,
                       QStringLiteral("The broker takes no messages for now: %1.").arg(blockedReason()));
    link_->gather(true);
    for (const Outgoing& message : messages) {
        ++handled;
        if (auto done = send(message); !done)
            return done;
        if (handled % lookEvery == 0) {
            if (auto read = readAnswer(0); !read)
                return failure(std::move(read.error()));
        }
    }
    link_->gather(false);
    return {};
}

Result<void> AmqpTarget::send(const Outgoing& message) {
    pool_.recycle();
    const amqp_basic_properties_t properties = toAmqp(message.message->properties, pool_);
    pending_.published(message);
    const int status =
        amqp_basic_publish(link_->state(), AmqpLink::channel, toAmqp(message.exchange),
                           toAmqp(message.routingKey), 1, 0, &properties, toAmqp(message.message->body));
    if (status == AMQP_STATUS_OK)
        return {};
    if (status ==
        AMQP_STATUS_TABLE_TOO_BIG) // its header never left, but its announcement did: the link is spoilt
        known_.push_back({message.item, PublishOutcome::Kind::Refused,
                          QStringLiteral("not sent: its headers are larger than one frame of the broker")});
    auto sent = link_->check(QStringLiteral("publish"), status);
    link_.reset();
    broken_ = sent.error();
    broken_->kind = ErrorKind::Lost; // any of them may have been sent
    return failure(*broken_);
}

Result<bool> AmqpTarget::readAnswer(int waitMs) {
    auto got = link_->frame(waitMs);
    if (got && !*got)
        return false;
    Result<void> taken;
    if (!got)
        taken = failure(std::move(got.error()));
    else
        taken = takeFrame(**got);
    if (taken) {
        link_->release();
        return true;
    }
    link_.reset();
    broken_ = taken.error();
    if (broken_->kind != ErrorKind::Corrupt)
        broken_->kind = ErrorKind::Lost;
    return failure(*broken_);
}

Result<void> AmqpTarget::takeFrame(const amqp_frame_t& frame) {
    if (frame.frame_type != AMQP_FRAME_METHOD) {
        auto added = assembler_.add(frame);
        if (added && assembler_.isWhole()) {
            const QString reason = assembler_.returnReason();
            pending_.returned(assembler_.take().message, reason, known_);
        }
        return added;
    }
    const amqp_method_t& method = frame.payload.method;
    if (method.id == AMQP_BASIC_ACK_METHOD) {
        const auto* ack = static_cast<const amqp_basic_ack_t*>(method.decoded);
        pending_.confirmed(ack->delivery_tag, ack->multiple != 0, known_);
    } else if (method.id == AMQP_BASIC_NACK_METHOD) {
        const auto* nack = static_cast<const amqp_basic_nack_t*>(method.decoded);
        pending_.refused(nack->delivery_tag, nack->multiple != 0, known_);
    } else if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        QString text;
        const int code = closeCode(method, &text);
        pending_.channelClosed(code, text, user(), known_);
        return failure(link_->ended(QStringLiteral("publish"), method));
    } else {
        assembler_.begin(method); // basic.return; anything else means nothing here
    }
    return {};
}

Result<std::vector<PublishOutcome>> AmqpTarget::outcomes(int waitMs) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::milliseconds(waitMs);
    while (link_) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        const bool mayWait = known_.empty() && left > 0;
        const auto read = readAnswer(mayWait ? static_cast<int>(std::min<qint64>(left, sliceMs)) : 0);
        if (!read)
            break;
        if (*read)
            continue;
        if (interrupted_.exchange(false) && known_.empty())
            return failure(ErrorKind::Cancelled, QStringLiteral("Cancelled."));
        if (!mayWait)
            break;
    }
    if (!known_.empty() || link_)
        return std::exchange(known_, {});
    return failure(broken_.value_or(lost()));
}

void AmqpTarget::close() {
    if (link_)
        link_->close();
    link_.reset();
}

} // namespace signalbox::rabbitmq
