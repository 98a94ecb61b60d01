#include "app/rabbitmq/amqpsource.h"

#include "app/rabbitmq/amqpvalues.h"

#include <chrono>

namespace signalbox::rabbitmq {

namespace {

constexpr int streamCredit = 2000;
constexpr int stopMs = 30000;

// Each consumer may hold this many. A quorum queue takes "no bound" (0) for 2000, so that it is always said.
// Source: rabbitmq_server 3.10, rabbit_quorum_queue:consume.
constexpr int consumerWindow = 65535;

const QByteArray syncTag = "signalbox-sync";

QByteArray consumerTag(int number) {
    return "signalbox-" + QByteArray::number(number);
}

// Source: rabbitmq.com documentation "Streams", consuming.
HeaderTable consumeArguments(const StreamStart& start) {
    HeaderValue where = HeaderValue::string("first");
    switch (start.kind) {
    case StreamStart::Kind::First:
        break;
    case StreamStart::Kind::Last:
        where = HeaderValue::string("last");
        break;
    case StreamStart::Kind::Next:
        where = HeaderValue::string("next");
        break;
    case StreamStart::Kind::Offset:
        where = HeaderValue::int64(start.offset);
        break;
    case StreamStart::Kind::Timestamp:
        where.kind = ValueKind::Timestamp;
        where.data = std::int64_t{start.timestamp.toSecsSinceEpoch()};
        break;
    }
    return {{"x-stream-offset", where}};
}

} // namespace

AmqpSource::AmqpSource(Dial dial, SourceOptions options)
    : dial_(std::move(dial))
    , options_(std::move(options)) {}

AmqpSource::~AmqpSource() {
    close();
}

QString AmqpSource::reading() const {
    return QStringLiteral("read the queue %1").arg(options_.queue.name);
}

Error AmqpSource::lost() const {
    return {
        ErrorKind::Lost, QStringLiteral("The link to %1 is not open.").arg(endpointOf(dial_.profile)), {}};
}

Result<void> AmqpSource::open() {
    close();
    if (interrupted_.exchange(false))
        return failure(ErrorKind::Cancelled, QStringLiteral("Cancelled."));
    auto link = AmqpLink::open(dial_);
    if (!link)
        return failure(std::move(link.error()));
    link_ = std::move(*link);
    held_.restart();
    assembler_ = {};
    auto consuming = consume();
    if (!consuming)
        link_.reset();
    return consuming;
}

// The protocol does not tell a queue's type, but only streams know the argument for the offset: any other
// queue refuses it, and that refusal costs nothing but the channel.
Result<void> AmqpSource::consume() {
    if (isStream_)
        return consumeAs(*isStream_);
    auto asStream = consumeAs(true);
    if (asStream || asStream.error().kind != ErrorKind::Invalid ||
        !asStream.error().detail.contains(QLatin1String("x-stream-offset"))) {
        if (asStream)
            isStream_ = true;
        return asStream;
    }
    isStream_ = false;
    if (auto reopened = link_->reopenChannel(); !reopened)
        return reopened;
    return consumeAs(false);
}

Result<void> AmqpSource::consumeAs(bool stream) {
    window_ = options_.window <= 0 && stream ? streamCredit : windowOf(0);
    if (auto set = bound(window_); !set)
        return set;
    consumers_ = 0;
    return addConsumer(stream);
}

// What each consumer begun from now on may hold.
Result<void> AmqpSource::bound(int window) {
    amqp_basic_qos(link_->state(), AmqpLink::channel, 0, static_cast<std::uint16_t>(window), 0);
    return link_->check(reading());
}

Result<void> AmqpSource::addConsumer(bool stream) {
    const QByteArray queue = options_.queue.name.toUtf8();
    const QByteArray tag = consumerTag(consumers_);
    AmqpPool pool;
    const HeaderTable arguments = stream ? consumeArguments(options_.streamStart) : HeaderTable();
    amqp_basic_consume(link_->state(), AmqpLink::channel, toAmqp(queue), toAmqp(tag), 0, 0, 0,
                       toAmqp(arguments, pool));
    auto begun = link_->check(reading());
    if (begun)
        ++consumers_;
    return begun;
}

// What that consumer may hold, of a window that may be wider than the protocol's own bound; 0: none any more.
int AmqpSource::windowOf(int consumer) const {
    if (options_.window <= 0)
        return consumerWindow;
    const std::int64_t before = std::int64_t{consumer} * consumerWindow;
    return static_cast<int>(std::clamp<std::int64_t>(options_.window - before, 0, consumerWindow));
}

// The protocol's bound is met after 65535 messages: one more consumer goes on behind it.
Result<void> AmqpSource::widen() {
    if (isStream_.value_or(false) || held_.held() < std::int64_t{consumers_} * consumerWindow)
        return {};
    const int window = windowOf(consumers_);
    if (window == 0)
        return {};
    auto added = bound(window);
    if (added)
        added = addConsumer(false);
    if (!added)
        link_.reset();
    return added;
}

Result<std::vector<Delivery>> AmqpSource::receive(int max, int waitMs) {
    if (!link_)
        return failure(lost());
    if (auto wide = widen(); !wide)
        return failure(std::move(wide.error()));
    std::vector<Delivery> out;
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::milliseconds(waitMs);
    while (static_cast<int>(out.size()) < max) {
        // Only the first message is waited for; a message that has begun is on its way.
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        const bool mayWait = (out.empty() || assembler_.isBusy()) && left > 0;
        auto got = link_->frame(mayWait ? static_cast<int>(std::min<qint64>(left, sliceMs)) : 0);
        if (!got) { // what came before the break is void: the broker gives it again
            link_.reset();
            return failure(std::move(got.error()));
        }
        if (!*got) {
            if (interrupted_.exchange(false)) {
                if (!out.empty())
                    return out;
                return failure(ErrorKind::Cancelled, QStringLiteral("Cancelled."));
            }
            if (mayWait)
                continue;
            break;
        }
        auto taken = takeFrame(**got, out);
        if (!taken) {
            link_.reset();
            return failure(std::move(taken.error()));
        }
        if (*taken)
            link_->release();
    }
    return out;
}

// True when the frame's memory may go.
Result<bool> AmqpSource::takeFrame(const amqp_frame_t& frame, std::vector<Delivery>& out) {
    if (frame.frame_type != AMQP_FRAME_METHOD) {
        if (auto added = assembler_.add(frame); !added)
            return failure(std::move(added.error()));
    } else if (const amqp_method_t& method = frame.payload.method; !assembler_.begin(method)) {
        if (method.id == AMQP_CHANNEL_CLOSE_METHOD)
            return failure(link_->ended(reading(), method));
        if (method.id == AMQP_BASIC_CANCEL_METHOD)
            return failure(
                ErrorKind::Lost,
                QStringLiteral("The broker stopped the reading of %1: the queue was deleted or is moving "
                               "to another node.")
                    .arg(options_.queue.name));
        return true;
    }
    if (!assembler_.isWhole())
        return frame.frame_type == AMQP_FRAME_BODY; // large bodies do not pile up twice
    out.push_back(assembler_.take());
    held_.delivered(out.back().tag);
    return true;
}

Result<void> AmqpSource::settle(std::span<const std::uint64_t> tags) {
    return answer(tags, false);
}

Result<void> AmqpSource::giveBack(std::span<const std::uint64_t> tags) {
    return answer(tags, true);
}

Result<void> AmqpSource::answer(std::span<const std::uint64_t> tags, bool requeue) {
    if (!link_)
        return failure(lost());
    const HeldTags::Settlement settlement = held_.settle(tags);
    const auto send = [this, requeue](std::uint64_t tag, bool multiple) {
        return requeue ? amqp_basic_nack(link_->state(), AmqpLink::channel, tag, multiple, 1)
                       : amqp_basic_ack(link_->state(), AmqpLink::channel, tag, multiple);
    };
    int status = AMQP_STATUS_OK;
    if (settlement.upTo > 0)
        status = send(settlement.upTo, true);
    for (const std::uint64_t tag : settlement.single) {
        if (status != AMQP_STATUS_OK)
            break;
        status = send(tag, false);
    }
    auto sent = link_->check(requeue ? QStringLiteral("give messages back to %1").arg(options_.queue.name)
                                     : QStringLiteral("remove messages from %1").arg(options_.queue.name),
                             status);
    if (!sent)
        link_.reset();
    return sent;
}

Result<QueueCounts> AmqpSource::counts() {
    if (!link_)
        return failure(lost());
    auto counts = link_->declarePassive(options_.queue.name);
    if (!counts)
        link_.reset();
    return counts;
}

Result<void> AmqpSource::sync() {
    if (!link_)
        return failure(lost());
    if (isStream_.value_or(false))
        return {};
    auto done = comeAndGo();
    if (!done)
        link_.reset();
    return done;
}

// A further consumer that is cancelled at once. Both are entries in the log of a quorum queue, each behind
// the acks before it, and are answered when carried out. The first answer also makes the channel send the
// acks that it kept back: beyond 32 under way it does, and loses them if it ends then. No other question
// waits for that. What the consumer may be given meanwhile comes as any delivery.
// Source: rabbitmq_server 3.10, rabbit_fifo_client: settle, handle_ra_event, checkout, cancel_checkout.
Result<void> AmqpSource::comeAndGo() {
    if (auto set = bound(1); !set)
        return set;
    const QByteArray queue = options_.queue.name.toUtf8();
    amqp_basic_consume(link_->state(), AmqpLink::channel, toAmqp(queue), toAmqp(syncTag), 0, 0, 0,
                       amqp_empty_table);
    if (auto come = link_->check(reading()); !come)
        return come;
    amqp_basic_cancel(link_->state(), AmqpLink::channel, toAmqp(syncTag));
    if (auto gone = link_->check(reading()); !gone)
        return gone;
    return bound(window_);
}

Result<qint64> AmqpSource::ready() {
    auto counted = counts();
    if (!counted)
        return failure(std::move(counted.error()));
    return counted->ready;
}

Result<int> AmqpSource::otherConsumers() {
    auto counted = counts();
    if (!counted)
        return failure(std::move(counted.error()));
    return std::max(0, counted->consumers - consumers_);
}

// First no more come. Deliveries under way are dropped here one by one: they go back with all others, and the
// backlog of a long queue never fills the memory.
bool AmqpSource::stopConsuming() {
    for (int number = 0; number < consumers_; ++number) {
        const QByteArray tag = consumerTag(number);
        amqp_basic_cancel_t cancel{};
        cancel.consumer_tag = toAmqp(tag);
        if (amqp_send_method(link_->state(), AmqpLink::channel, AMQP_BASIC_CANCEL_METHOD, &cancel) !=
            AMQP_STATUS_OK)
            return false;
    }
    int left = consumers_;
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(stopMs);
    while (left > 0 && std::chrono::steady_clock::now() < until) {
        const auto got = link_->frame(sliceMs);
        if (!got)
            return false;
        if (!*got)
            continue;
        const amqp_frame_t& frame = **got;
        const amqp_method_number_t method =
            frame.frame_type == AMQP_FRAME_METHOD ? frame.payload.method.id : 0;
        link_->release();
        if (method == AMQP_BASIC_CANCEL_OK_METHOD)
            --left;
        if (method == AMQP_CHANNEL_CLOSE_METHOD)
            return false;
    }
    return left == 0;
}

// All that came goes back in one answer, in order (tag 0: every one). A quorum queue with a delivery limit
// returns what one answer names in the order of an Erlang map, which is the order of the queue up to 32
// entries only (seen with RabbitMQ 3.10: 60 messages came back shuffled, 30 did not).
void AmqpSource::giveAllBack() {
    constexpr std::size_t keepsOrder = 32;
    // A cumulative answer must name a tag that is held: the broker closes the channel for any other.
    if (options_.countsDeliveries) {
        for (const std::uint64_t tag : held_.every(keepsOrder))
            amqp_basic_nack(link_->state(), AmqpLink::channel, tag, 1, 1);
    }
    amqp_basic_nack(link_->state(), AmqpLink::channel, 0, 1, 1);
}

void AmqpSource::close() {
    if (!link_)
        return;
    if (link_->isUp() && stopConsuming()) {
        if (!isStream_.value_or(false))
            giveAllBack();
        link_->close();
    }
    link_.reset();
    held_.restart();
}

} // namespace signalbox::rabbitmq
