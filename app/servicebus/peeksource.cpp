#include "app/servicebus/peeksource.h"

#include "app/servicebus/peekpage.h"

namespace signalbox::servicebus {

namespace {

constexpr int peekMs = 60000;

Error closedError() {
    return {ErrorKind::Lost, QStringLiteral("The connection is not open."), {}};
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
    if (start_.kind != StreamStart::Kind::First && start_.kind != StreamStart::Kind::Offset)
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("Service Bus is read from a sequence number on: say offset:NUMBER, or first."));
    {
        const std::lock_guard lock(mutex_);
        connection_ = std::make_unique<AmqpConnection>(
            AmqpConnection::Options{access_.endpoint, access_.hostname, QStringLiteral("peek"), 15000});
        if (interrupted_)
            connection_->interrupt();
    }
    next_ = start_.kind == StreamStart::Kind::Offset ? start_.offset : 0;
    if (auto opened = connection_->open(); !opened)
        return opened;
    claims_ = std::make_unique<Claims>(*connection_, *tokens_);
    if (auto allowed = claims_->put(path_.management()); !allowed)
        return allowed;
    link_ = std::make_unique<RequestLink>(*connection_, path_.management());
    return link_->open();
}

Result<std::vector<Delivery>> PeekSource::receive(int max, int) {
    if (!link_)
        return failure(closedError());
    if (auto renewed = claims_->renewDue(); !renewed)
        return failure(std::move(renewed.error()));
    // A link that was idle for ten minutes is detached, which is no error: it is opened again.
    if (!link_->isOpen() && connection_->isUp()) {
        link_ = std::make_unique<RequestLink>(*connection_, path_.management());
        if (auto opened = link_->open(); !opened)
            return failure(std::move(opened.error()));
    }
    auto response =
        link_->demand(peekRequest(next_, max), QStringLiteral("read %1").arg(path_.address()), peekMs);
    if (!response)
        return failure(std::move(response.error()));
    auto messages = peekedMessages(*response, next_, path_.address());
    if (!messages)
        return failure(std::move(messages.error()));
    std::vector<Delivery> deliveries;
    deliveries.reserve(messages->size());
    for (Peeked& peeked : *messages) {
        peeked.message.routingKey = path_.entity.toUtf8();
        next_ = peeked.number + 1;
        deliveries.push_back(
            {static_cast<std::uint64_t>(peeked.number), peeked.number, std::move(peeked.message)});
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
