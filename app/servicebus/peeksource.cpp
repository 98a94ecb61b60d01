#include "app/servicebus/peeksource.h"

#include "app/servicebus/peekpage.h"
#include "models/messaging/amqp10.h"

#include <limits>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr int peekMs = 60000;
constexpr int mostPauses = 30; // five minutes of nothing else

Error closedError() {
    return {ErrorKind::Lost, QStringLiteral("The connection is not open."), {}};
}

// Where a reading from a time on begins: all that follows is wanted, whatever its time, as a snapshot has no
// gaps.
bool isFromHere(const Message& message, const StreamStart& start) {
    const QDateTime enqueued = amqp10::time(amqp10::annotation(message, "x-opt-enqueued-time"));
    return start.kind != StreamStart::Kind::Timestamp || !enqueued.isValid() || enqueued >= start.timestamp;
}

} // namespace

PeekSource::PeekSource(NamespaceAccess access, const SourceOptions& options)
    : access_(std::move(access))
    , path_(entityPath(options.queue.name))
    , start_(options.streamStart)
    , tokens_(makeTokenSource(access_)) {}

PeekSource::~PeekSource() {
    close();
}

Result<void> PeekSource::open() {
    close();
    if (start_.kind == StreamStart::Kind::Last || start_.kind == StreamStart::Kind::Next)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("Service Bus is read from the first message, from a sequence number or from "
                           "a time on: say first, sequence:NUMBER or time:2026-11-23T10:00:00Z."));
    {
        const std::lock_guard lock(mutex_);
        connection_ = std::make_unique<AmqpConnection>(
            AmqpConnection::Options{access_.endpoint, access_.hostname, QStringLiteral("peek"), 15000});
        if (interrupted_)
            connection_->interrupt();
    }
    hasBegun_ = false;
    next_ = start_.kind == StreamStart::Kind::Offset ? start_.offset : 0;
    if (auto opened = connection_->open(); !opened)
        return opened;
    claims_ = std::make_unique<Claims>(*connection_, *tokens_);
    if (auto allowed = claims_->put(path_.management()); !allowed)
        return allowed;
    link_ = std::make_unique<RequestLink>(*connection_, path_.management());
    return link_->open();
}

// A busy service is given the pauses that it wants: what was read so far must not be read again for it.
Result<Response> PeekSource::nextPage(int max) {
    for (int pauses = 0;; ++pauses) {
        auto page = askPage(max);
        if (page || pauses == mostPauses || !isServerBusy(page.error()))
            return page;
        auto ended = connection_->waitUntil([this] { return !connection_->isUp(); }, serverBusyMs);
        if (!ended)
            return failure(std::move(ended.error()));
    }
}

Result<Response> PeekSource::askPage(int max) {
    if (auto renewed = claims_->renewDue(); !renewed)
        return failure(std::move(renewed.error()));
    // A link that was idle for ten minutes is detached, which is no error: it is opened again.
    if (!link_->isOpen() && connection_->isUp()) {
        isAsked_ = false;
        link_ = std::make_unique<RequestLink>(*connection_, path_.management());
        if (auto opened = link_->open(); !opened)
            return failure(std::move(opened.error()));
    }
    if (!std::exchange(isAsked_, false)) {
        if (auto asked = link_->begin(peekRequest(next_, max), peekMs); !asked)
            return failure(std::move(asked.error()));
    }
    return successOf(link_->finish(peekMs), QStringLiteral("read %1").arg(path_.address()));
}

// The service prepares the next page while this one is decoded and stored.
void PeekSource::askAhead(const Response& page, int max) {
    const std::optional<qint64> last = lastNumberOf(page);
    if (last && *last >= next_ && *last < std::numeric_limits<qint64>::max())
        isAsked_ = link_->begin(peekRequest(*last + 1, max), peekMs).has_value();
}

Result<std::vector<Delivery>> PeekSource::receive(int max, int) {
    if (!link_)
        return failure(closedError());
    while (ready_.empty()) { // more than once where all of a page was enqueued before the wanted time
        const auto page = nextPage(max);
        if (!page)
            return failure(page.error());
        askAhead(*page, max);
        auto messages = peekedMessages(*page, next_, path_.address());
        if (!messages) {
            isAsked_ = false;
            return failure(std::move(messages.error()));
        }
        if (messages->empty())
            break;
        for (Peeked& peeked : *messages) {
            next_ = peeked.number + 1;
            hasBegun_ = hasBegun_ || isFromHere(peeked.message, start_);
            if (!hasBegun_)
                continue;
            peeked.message.routingKey = path_.entity.toUtf8();
            ready_.push_back(
                {static_cast<std::uint64_t>(peeked.number), peeked.number, std::move(peeked.message)});
        }
    }
    std::vector<Delivery> deliveries;
    while (!ready_.empty() && static_cast<int>(deliveries.size()) < max) {
        deliveries.push_back(std::move(ready_.front()));
        ready_.pop_front();
    }
    return deliveries;
}

Result<void> PeekSource::settle(std::span<const std::uint64_t>) {
    return failure(ErrorKind::Unsupported,
                   QStringLiteral("What was peeked at is not held and cannot be removed."));
}

Result<void> PeekSource::giveBack(std::span<const std::uint64_t>) {
    return {};
}

void PeekSource::close() {
    ready_.clear();
    isAsked_ = false;
    link_.reset();
    claims_.reset();
    if (connection_)
        connection_->close();
    const std::lock_guard lock(mutex_);
    connection_.reset();
}

void PeekSource::interrupt() {
    interrupted_ = true;
    const std::lock_guard lock(mutex_);
    if (connection_)
        connection_->interrupt();
}

} // namespace signalbox::servicebus
