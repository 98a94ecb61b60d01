#include "app/rabbitmq/pendingpublishes.h"

#include "models/messaging/messagecodec.h"

#include <QHash>
#include <amqp.h>
#include <amqp_framing.h>

namespace signalbox::rabbitmq {

namespace {

// Messages of one exchange and key only differ in routing by their headers, and the default exchange does not
// look at those.
std::size_t contentHash(const Message& message, const QByteArray& exchange) {
    const std::size_t body = qHashMulti(0, message.body, message.properties.messageId.value_or(QByteArray()),
                                        message.properties.correlationId.value_or(QByteArray()));
    return exchange.isEmpty() ? body : qHash(encodeStableProperties(message.properties), body);
}

} // namespace

void PendingPublishes::restart() {
    entries_.clear();
    open_ = 0;
    first_ = 1;
}

void PendingPublishes::published(const Outgoing& message) {
    Entry entry;
    entry.item = message.item;
    entry.exchange = message.exchange;
    entry.routingKey = message.routingKey;
    entry.userId = message.message->properties.userId.value_or(QByteArray());
    entry.content = contentHash(*message.message, message.exchange);
    entries_.push_back(std::move(entry));
    ++open_;
}

template<class Fn>
void PendingPublishes::each(std::uint64_t tag, bool multiple, Fn fn) {
    const std::uint64_t last = multiple && tag == 0 ? first_ + entries_.size() - 1 : tag;
    if (last < first_)
        return;
    const std::uint64_t end = std::min<std::uint64_t>(last - first_ + 1, entries_.size());
    for (std::uint64_t i = multiple ? 0 : last - first_; i < end; ++i) {
        Entry& entry = entries_[i];
        if (!entry.isOpen)
            continue;
        entry.isOpen = false;
        --open_;
        if (!entry.isReturned)
            fn(entry);
    }
    dropAnswered();
}

void PendingPublishes::dropAnswered() {
    while (!entries_.empty() && !entries_.front().isOpen) {
        entries_.pop_front();
        ++first_;
    }
}

void PendingPublishes::confirmed(std::uint64_t tag, bool multiple, std::vector<PublishOutcome>& out) {
    each(tag, multiple, [&out](const Entry& entry) {
        out.push_back({entry.item, PublishOutcome::Kind::Confirmed, {}});
    });
}

void PendingPublishes::refused(std::uint64_t tag, bool multiple, std::vector<PublishOutcome>& out) {
    each(tag, multiple, [&out](const Entry& entry) {
        out.push_back({entry.item, PublishOutcome::Kind::Refused,
                       QStringLiteral("the broker refused it (basic.nack): a queue is full or failed")});
    });
}

void PendingPublishes::returned(const Message& message, const QString& reason,
                                std::vector<PublishOutcome>& out) {
    const std::size_t content = contentHash(message, message.exchange);
    Entry* best = nullptr;
    for (Entry& entry : entries_) {
        if (!entry.isOpen || entry.isReturned || entry.exchange != message.exchange ||
            entry.routingKey != message.routingKey)
            continue;
        if (entry.content == content) {
            best = &entry;
            break;
        }
        if (!best)
            best = &entry;
    }
    if (!best)
        return;
    best->isReturned = true; // its confirm follows and says nothing more
    out.push_back({best->item, PublishOutcome::Kind::Returned, reason});
}

void PendingPublishes::channelClosed(int code, const QString& text, const QByteArray& user,
                                     std::vector<PublishOutcome>& out) {
    const auto named = [&text](const QByteArray& exchange) {
        return text.contains(QStringLiteral("exchange '%1'").arg(QString::fromUtf8(exchange)));
    };
    bool afterCulprit = false;
    for (Entry& entry : entries_) {
        if (!entry.isOpen || entry.isReturned)
            continue;
        if (!afterCulprit) {
            const bool isUserId = code == AMQP_PRECONDITION_FAILED &&
                                  text.contains(QLatin1String("user_id")) && !entry.userId.isEmpty() &&
                                  entry.userId != user;
            const bool isExchange =
                (code == AMQP_NOT_FOUND || code == AMQP_ACCESS_REFUSED) && named(entry.exchange);
            if (!isUserId && !isExchange)
                continue;
            afterCulprit = true;
            out.push_back({entry.item, PublishOutcome::Kind::Refused, text});
        } else {
            out.push_back(
                {entry.item, PublishOutcome::Kind::Refused,
                 QStringLiteral("not sent: the broker closed the channel over an earlier message (%1)")
                     .arg(text)});
        }
        entry.isOpen = false;
        --open_;
    }
    dropAnswered();
}

} // namespace signalbox::rabbitmq
