#include "app/servicebus/peeksource.h"

#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"

#include <algorithm>

namespace signalbox::servicebus {

namespace {

constexpr int mostPeeked = 250; // the service gives fewer where they are large
constexpr int peekMs = 60000;

HeaderValue int32(int number) {
    HeaderValue value;
    value.kind = ValueKind::Int32;
    value.data = std::int64_t{number};
    return value;
}

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

Result<Response> PeekSource::ask(int count) {
    const Request request{{{"operation", HeaderValue::string("com.microsoft:peek-message")}},
                          HeaderValue::table({{"from-sequence-number", HeaderValue::int64(next_)},
                                              {"message-count", int32(std::min(count, mostPeeked))}})};
    return link_->demand(request, QStringLiteral("read %1").arg(path_.address()), peekMs);
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
    auto response = ask(max);
    if (!response)
        return failure(std::move(response.error()));
    if (response->status == 204)
        return std::vector<Delivery>();
    return deliveriesOf(*response);
}

Result<std::vector<Delivery>> PeekSource::deliveriesOf(const Response& response) {
    const auto nonsense = [this] {
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The service answered with no messages of %1 that make sense.")
                           .arg(path_.address()));
    };
    const HeaderValue* list = response.field("messages");
    if (!list || !list->asArray())
        return nonsense();
    std::vector<Delivery> deliveries;
    deliveries.reserve(list->asArray()->size());
    for (const HeaderValue& entry : *list->asArray()) {
        const HeaderValue::Table* map = entry.asTable();
        const HeaderValue* bytes = map ? findHeader(*map, "message") : nullptr;
        if (!bytes || !bytes->asBytes())
            return nonsense();
        auto message = decodeMessage(*bytes->asBytes());
        if (!message)
            return failure(std::move(message.error()));
        std::int64_t number = 0;
        const HeaderValue* sequence = amqp10::annotation(*message, "x-opt-sequence-number");
        if (!sequence || !headerInteger(*sequence, &number) || number < next_)
            return nonsense(); // it would be asked for the same ones for ever
        message->routingKey = path_.entity.toUtf8();
        next_ = number + 1;
        deliveries.push_back({static_cast<std::uint64_t>(number), number, std::move(*message)});
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
